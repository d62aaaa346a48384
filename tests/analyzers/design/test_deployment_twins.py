"""Deployments as other teams write them: silent as they are, and each planted fault is found at its line.

A twin is a clean file of `twins/`; a fault is one replacement in it, and the line that it must be found on is the one
that holds `at`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.resilience import compose, kubernetes, terraform
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.security import compose as opened_compose
from faultline.analyzers.design.security import kubernetes as opened_kubernetes
from faultline.analyzers.design.security import secrets
from faultline.analyzers.design.security import terraform as opened_terraform
from faultline.core.finding import Severity
from tests.analyzers.design.parts import design, findings

CHECKS = [
    check
    for each in (compose, kubernetes, terraform, opened_compose, opened_kubernetes, opened_terraform, secrets)
    for check in each.CHECKS
]

TWINS = Path(__file__).parent / "twins"
CLEAN = sorted(each.name for each in TWINS.iterdir() if each.suffix in (".yaml", ".yml", ".tf"))
SHOP, TELEMETRY, CLINIC = "shop.compose.yaml", "telemetry.docker-compose.yml", "clinic.compose.prod.yaml"
FORUM, LEDGER = "forum.k8s.yaml", "ledger.k8s.yaml"
PLATFORM, WAREHOUSE = "platform.tf", "warehouse.tf"


class Fault(NamedTuple):
    """One fault: `old` becomes `new` in a file, and `rule` is found on the line with `at`."""

    file: str
    old: str
    new: str
    rule: str
    at: str


FAULTS = (
    # compose
    Fault(
        SHOP,
        """    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:3000/health"]
      interval: 10s
      timeout: 2s
      retries: 5
      start_period: 20s
""",
        "",
        "resilience/no-health-check",
        "  catalog:",
    ),
    Fault(
        SHOP,
        '      test: ["CMD", "/app/checkout", "healthcheck"]\n',
        "      disable: true\n",
        "resilience/no-health-check",
        "  checkout:",
    ),
    Fault(TELEMETRY, '    healthcheck:\n      test: ["CMD", "/bin/health"]\n      interval: 20s\n', "", "", ""),
    Fault(
        TELEMETRY,
        "    healthcheck:\n      test: curl -fsS http://localhost:9000/live\n      interval: 20s\n",
        "",
        "resilience/no-health-check",
        "  ingest:",
    ),
    Fault(
        CLINIC,
        '    healthcheck: {test: "curl -f localhost:8080/actuator/health", interval: 15s}\n',
        "",
        "resilience/no-health-check",
        "  appointments:",
    ),
    Fault(
        SHOP,
        "      bookdb:\n        condition: service_healthy\n      cache:",
        "      bookdb:\n        condition: service_started\n      cache:",
        "resilience/dependency-not-awaited",
        "      bookdb:",
    ),
    Fault(
        TELEMETRY,
        "    depends_on:\n      kafka: {condition: service_healthy}\n      mongo: {condition: service_healthy}\n",
        "    depends_on:\n      - kafka\n      - mongo\n",
        "resilience/dependency-not-awaited",
        "      - kafka",
    ),
    Fault(
        TELEMETRY,
        "    image: bitnami/kafka:3.8.0\n    restart: always\n",
        "    image: bitnami/kafka:3.8.0\n",
        "resilience/no-restart-policy",
        "  kafka:",
    ),
    Fault(
        TELEMETRY,
        "    image: mongo:7.0.14\n    restart: always\n",
        '    image: mongo:7.0.14\n    restart: "no"\n',
        "resilience/no-restart-policy",
        "  mongo:",
    ),
    Fault(
        CLINIC,
        "      replicas: 2\n      restart_policy: {condition: any}\n",
        "      replicas: 2\n      restart_policy: {condition: none}\n",
        "resilience/no-restart-policy",
        "  appointments:",
    ),
    Fault(
        TELEMETRY,
        "    restart: always\n    mem_limit: 1g\n",
        "    restart: always\n",
        "resilience/no-resource-limits",
        "  aggregator:",
    ),
    Fault(
        SHOP,
        "    deploy:\n      resources:\n        limits:\n          memory: 384M\n",
        "",
        "resilience/no-resource-limits",
        "  checkout:",
    ),
    Fault(
        CLINIC,
        "      mode: global\n      restart_policy: {condition: any}\n      resources:\n        limits: {memory: 128M}\n",
        "      mode: global\n      restart_policy: {condition: any}\n",
        "resilience/no-resource-limits",
        "  traefik:",
    ),
    Fault(
        CLINIC, "      replicas: 2\n", "      replicas: 1\n", "resilience/single-replica", "      replicas: 1"
    ),
    Fault(CLINIC, "      replicas: 2\n", "", "resilience/single-replica", "  appointments:"),
    Fault(
        SHOP,
        "    volumes:\n      - bookdb-data:/var/lib/postgresql/data\n",
        "",
        "resilience/store-without-volume",
        "  bookdb:",
    ),
    Fault(
        TELEMETRY,
        "      - mongo_data:/data/db\n",
        "      - mongo_data:/backup\n",
        "resilience/store-without-volume",
        "  mongo:",
    ),
    Fault(
        CLINIC,
        '    volumes: ["records:/var/lib/mysql"]\n',
        "    tmpfs: [/var/lib/mysql]\n",
        "resilience/store-without-volume",
        "    tmpfs:",
    ),
    Fault(
        SHOP,
        "      - bookdb-data:/var",
        "      - bookdb_data:/var",
        "resilience/dangling-reference",
        "      - bookdb_data:",
    ),
    Fault(
        TELEMETRY,
        "      kafka:\n        condition: service_healthy\n",
        "      broker:\n        condition: service_healthy\n",
        "resilience/dangling-reference",
        "      broker:",
    ),
    Fault(SHOP, 'HTTP_TIMEOUT_SECONDS: "5"', 'HTTP_TIMEOUT_SECONDS: "0"', "resilience/no-timeout", "HTTP_TIMEOUT"),
    Fault(SHOP, "PAYMENT_TIMEOUT_MS=3000", "PAYMENT_TIMEOUT_MS=-1", "resilience/no-timeout", "PAYMENT_TIMEOUT"),
    Fault(CLINIC, "REQUEST_TIMEOUT: 8s", "REQUEST_TIMEOUT: none", "resilience/no-timeout", "REQUEST_TIMEOUT"),
    Fault(SHOP, 'RETRY_BACKOFF_MS: "200"', 'RETRY_BACKOFF_MS: "0"', "resilience/no-backoff", "RETRY_BACKOFF"),
    Fault(TELEMETRY, "RETRY_DELAY: 250ms", "RETRY_DELAY: 0ms", "resilience/no-backoff", "RETRY_DELAY"),
    Fault(TELEMETRY, "RETRY_DELAY: 250ms", "MAX_RETRIES: infinite", "resilience/no-backoff", "MAX_RETRIES"),
    Fault(
        TELEMETRY,
        'MAX_QUEUE_SIZE: "10000"',
        "MAX_QUEUE_SIZE: unlimited",
        "resilience/unbounded-queue",
        "MAX_QUEUE_SIZE",
    ),
    Fault(
        TELEMETRY,
        "      - no-new-privileges:true\n    cap_drop: [ALL]\n",
        "      - no-new-privileges:true\n    privileged: true\n",
        "security/privileged-container",
        "    privileged: true",
    ),
    Fault(
        TELEMETRY,
        "    cap_drop: [ALL]\n",
        "    cap_add: [SYS_ADMIN]\n",
        "security/dangerous-capability",
        "    cap_add",
    ),
    Fault(
        SHOP,
        "      - ./nginx/conf.d:/etc/nginx/conf.d:ro\n",
        "      - ./nginx/conf.d:/etc/nginx/conf.d:ro\n      - /var/run/docker.sock:/var/run/docker.sock\n",
        "security/container-socket",
        "docker.sock",
    ),
    Fault(
        TELEMETRY,
        '    user: "10001:10001"\n',
        "    network_mode: host\n",
        "security/host-namespace",
        "    network_mode",
    ),
    Fault(TELEMETRY, '    user: "10001:10001"\n', "    pid: host\n", "security/host-namespace", "    pid: host"),
    Fault(TELEMETRY, '    user: "10001:10001"\n', "    user: root\n", "security/runs-as-root", "    user: root"),
    Fault(
        CLINIC,
        '"./traefik:/etc/traefik:ro"',
        '"./traefik:/etc/traefik:ro", "/etc:/host:rw"',
        "security/host-path",
        "/etc:/host",
    ),
    Fault(SHOP, "nginx:1.27.2-alpine", "nginx:latest", "security/latest-tag", "nginx:latest"),
    Fault(SHOP, "postgres:16.4", "postgres", "security/latest-tag", "image: postgres"),
    Fault(CLINIC, "clinic/portal:5.0.1", "clinic/portal", "security/latest-tag", "clinic/portal"),
    Fault(
        TELEMETRY, '"127.0.0.1:27017:27017"', '"27017:27017"', "security/exposed-data-port", '"27017:27017"'
    ),
    Fault(
        SHOP,
        '    command: ["redis-server"',
        '    ports: ["6379:6379"]\n    command: ["redis-server"',
        "security/exposed-data-port",
        "    ports: [",
    ),
    Fault(
        CLINIC,
        "    healthcheck: {test: rabbitmq-d",
        '    ports: ["15672:15672"]\n    healthcheck: {test: rabbitmq-d',
        "security/exposed-admin-interface",
        "15672",
    ),
    Fault(
        CLINIC,
        '    volumes: ["records:/var/lib/mysql"]\n',
        '    volumes: ["records:/var/lib/mysql"]\n    ports: ["3306:3306"]\n',
        "security/exposed-data-port",
        "3306:3306",
    ),
    Fault(
        CLINIC,
        "      - --entrypoints.websecure.address=:443\n",
        "      - --entrypoints.websecure.address=:443\n      - --api.insecure=true\n",
        "security/no-authentication",
        "--api.insecure",
    ),
    Fault(
        SHOP,
        "POSTGRES_PASSWORD_FILE: /run/secrets/db_password",
        "POSTGRES_PASSWORD: t8Kw-2nVq91x",
        "security/secret-in-file",
        "POSTGRES_PASSWORD:",
    ),
    Fault(
        SHOP,
        "postgresql://catalog:${CATALOG_DB_PASSWORD}@",
        "postgresql://catalog:Winter-2031x@",
        "security/secret-in-file",
        "Winter-2031x",
    ),
    Fault(
        SHOP,
        "STRIPE_API_KEY=${STRIPE_API_KEY:?missing}",
        "STRIPE_API_KEY=" + "sk_li" + "ve_4eC39HqLyjWDarjtT1zdp7dc",
        "security/secret-in-file",
        "STRIPE_API_KEY=",
    ),
    Fault(
        TELEMETRY,
        "MONGO_INITDB_ROOT_PASSWORD: ${MONGO_PASS}",
        "MONGO_INITDB_ROOT_PASSWORD: admin",
        "security/default-password",
        "ROOT_PASSWORD: admin",
    ),
    Fault(
        CLINIC,
        "SPRING_DATASOURCE_PASSWORD: ${RECORDS_PASSWORD}",
        "SPRING_DATASOURCE_PASSWORD: hosp1tal",
        "security/secret-in-file",
        "hosp1tal",
    ),
    Fault(
        CLINIC,
        "MARIADB_ROOT_PASSWORD_FILE: /run/secrets/mariadb",
        'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "yes"',
        "security/no-authentication",
        "ALLOW_EMPTY",
    ),
    # Kubernetes
    Fault(FORUM, "  replicas: 3\n  strategy", "  replicas: 1\n  strategy", "", ""),
    Fault(FORUM, "  minReplicas: 3\n", "  minReplicas: 1\n", "resilience/single-replica", "  minReplicas: 1"),
    Fault(FORUM, "  minReplicas: 3\n", "  minReplicas: 12\n", "resilience/fixed-autoscaling", "  maxReplicas: 12"),
    Fault(
        LEDGER, "  replicas: 2\n", "  replicas: 1\n", "resilience/single-replica", "  replicas: 1"
    ),
    Fault(
        LEDGER,
        "  replicas: 3\n",
        "  replicas: 1\n",
        "resilience/single-replica",
        "  replicas: 1",
    ),
    Fault(LEDGER, "spec:\n  replicas: 2\n", "spec:\n", "resilience/single-replica", "metadata: {name: ledger-api}"),
    Fault(
        FORUM,
        """          livenessProbe:
            httpGet:
              path: /livez
              port: http
            periodSeconds: 10
""",
        "",
        "resilience/no-probes",
        "        - name: web",
    ),
    Fault(
        LEDGER,
        "          readinessProbe: {grpc: {port: 9090, service: ready}}\n",
        "",
        "resilience/no-probes",
        "        - name: api",
    ),
    Fault(
        LEDGER,
        """          readinessProbe: {httpGet: {path: "/health?ready=1", port: 8080}}
          livenessProbe: {tcpSocket: {port: 26257}}
""",
        "",
        "resilience/no-probes",
        "        - name: cockroach",
    ),
    Fault(
        FORUM,
        """          resources:
            requests:
              cpu: 200m
              memory: 256Mi
            limits:
              memory: 512Mi
""",
        "",
        "resilience/no-resource-limits",
        "        - name: web",
    ),
    Fault(
        FORUM,
        "            limits:\n              memory: 512Mi\n",
        "            limits:\n              cpu: 500m\n",
        "resilience/no-resource-limits",
        "          resources:\n            requests:\n              cpu: 200m",
    ),
    Fault(
        LEDGER,
        "requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi, cpu: \"1\"}",
        "requests: {cpu: 100m, memory: 128Mi}",
        "resilience/no-resource-limits",
        "resources: {requests: {cpu: 100m",
    ),
    Fault(
        LEDGER,
        """apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ledger-api}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: ledger-api}}
---
""",
        "",
        "resilience/no-disruption-budget",
        "metadata: {name: ledger-api}",
    ),
    Fault(
        FORUM,
        "  minAvailable: 2\n",
        "  minAvailable: 3\n",
        "resilience/blocking-disruption-budget",
        "  minAvailable: 3",
    ),
    Fault(
        LEDGER,
        "  maxUnavailable: 1\n",
        "  maxUnavailable: 0\n",
        "resilience/blocking-disruption-budget",
        "  maxUnavailable: 0",
    ),
    Fault(
        FORUM,
        """      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: forum-web
""",
        "",
        "resilience/no-anti-affinity",
        "  name: forum-web",
    ),
    Fault(
        FORUM,
        "    type: RollingUpdate\n    rollingUpdate:\n      maxUnavailable: 1\n      maxSurge: 1\n",
        "    type: Recreate\n",
        "resilience/recreate-strategy",
        "    type: Recreate",
    ),
    Fault(
        FORUM,
        """  selector:
    app.kubernetes.io/name: forum-web
  ports:""",
        """  selector:
    app.kubernetes.io/name: forum-frontend
  ports:""",
        "resilience/dangling-reference",
        "  selector:\n    app.kubernetes.io/name: forum-frontend",
    ),
    Fault(
        FORUM,
        "                name: forum-web\n                port:",
        "                name: forum-ui\n                port:",
        "resilience/dangling-reference",
        "                name: forum-ui",
    ),
    Fault(
        FORUM,
        "    kind: Deployment\n    name: forum-web\n",
        "    kind: Deployment\n    name: forum-app\n",
        "resilience/dangling-reference",
        "    name: forum-app",
    ),
    Fault(
        FORUM,
        "      targetPort: http\n",
        "      targetPort: 9999\n",
        "resilience/dangling-reference",
        "      targetPort: 9999",
    ),
    Fault(
        FORUM, "  concurrencyPolicy: Forbid\n", "", "resilience/overlapping-job", "  name: digest"
    ),
    Fault(
        FORUM,
        "concurrencyPolicy: Forbid",
        "concurrencyPolicy: Allow",
        "resilience/overlapping-job",
        "concurrencyPolicy: Allow",
    ),
    Fault(
        FORUM,
        "      backoffLimit: 2\n      activeDeadlineSeconds: 1800\n",
        "",
        "resilience/endless-job",
        "  name: digest",
    ),
    Fault(
        LEDGER,
        "          volumeMounts: [{name: data, mountPath: /cockroach/cockroach-data}]\n",
        """          volumeMounts: [{name: scratch, mountPath: /cockroach/cockroach-data}]
      volumes:
        - name: scratch
          emptyDir: {}
""",
        "resilience/store-without-volume",
        "        - name: scratch",
    ),
    Fault(FORUM, 'SEARCH_TIMEOUT: "2s"', 'SEARCH_TIMEOUT: "0"', "resilience/no-timeout", "SEARCH_TIMEOUT"),
    Fault(FORUM, 'value: "1500"', 'value: "0"', "resilience/no-timeout", 'value: "0"'),
    Fault(FORUM, 'RETRY_BACKOFF: "100ms"', 'RETRY_BACKOFF: "0s"', "resilience/no-backoff", "RETRY_BACKOFF"),
    Fault(FORUM, 'read-timeout: "30"', 'read-timeout: "86400"', "resilience/no-timeout", "read-timeout"),
    Fault(
        FORUM,
        "            allowPrivilegeEscalation: false\n",
        "            privileged: true\n",
        "security/privileged-container",
        "            privileged: true",
    ),
    Fault(
        FORUM,
        "            allowPrivilegeEscalation: false\n",
        "            allowPrivilegeEscalation: true\n",
        "security/privilege-escalation",
        "            allowPrivilegeEscalation: true",
    ),
    Fault(FORUM, "        runAsUser: 10001\n", "        runAsUser: 0\n", "security/runs-as-root", "runAsUser: 0"),
    Fault(
        FORUM,
        "        runAsNonRoot: true\n        runAsUser: 10001\n",
        "        runAsNonRoot: false\n",
        "security/runs-as-root",
        "runAsNonRoot: false",
    ),
    Fault(
        FORUM,
        '              drop: ["ALL"]\n',
        '              add: ["NET_ADMIN"]\n',
        "security/dangerous-capability",
        "              add:",
    ),
    Fault(
        LEDGER,
        "      serviceAccountName: ledger-api\n",
        "      hostNetwork: true\n",
        "security/host-namespace",
        "      hostNetwork: true",
    ),
    Fault(
        LEDGER, "      serviceAccountName: ledger-api\n", "      hostPID: true\n", "security/host-namespace", "hostPID"
    ),
    Fault(
        FORUM,
        "          emptyDir: {}\n",
        "          hostPath:\n            path: /var/run/docker.sock\n",
        "security/container-socket",
        "docker.sock",
    ),
    Fault(
        FORUM,
        "          emptyDir: {}\n",
        "          hostPath:\n            path: /opt/cache\n",
        "security/host-path",
        "/opt/cache",
    ),
    Fault(
        FORUM,
        "              image: registry.forum.io/forum-digest:4.7.2",
        "              image: registry.forum.io/forum-digest:latest",
        "security/latest-tag",
        "forum-digest:latest",
    ),
    Fault(
        LEDGER,
        "eu.gcr.io/bank/ledger-api:2024.10.1",
        "eu.gcr.io:443/bank/ledger-api",
        "security/latest-tag",
        "eu.gcr.io:443",
    ),
    Fault(
        LEDGER,
        "  clusterIP: None\n",
        "  type: NodePort\n",
        "security/exposed-data-port",
        "  type: NodePort",
    ),
    Fault(
        FORUM,
        "  tls:\n    - hosts: [forum.example.org]\n      secretName: forum-tls\n",
        "",
        "",
        "",
    ),
    Fault(
        FORUM,
        """    cert-manager.io/cluster-issuer: letsencrypt
    nginx.ingress.kubernetes.io/proxy-read-timeout: "30"
spec:
  ingressClassName: nginx
  tls:
    - hosts: [forum.example.org]
      secretName: forum-tls
""",
        """    nginx.ingress.kubernetes.io/proxy-read-timeout: "30"
spec:
  ingressClassName: nginx
""",
        "security/plain-http",
        "  name: forum\n  namespace: forum\n  annotations",
    ),
    Fault(
        LEDGER,
        "    resources: [configmaps]\n    verbs: [get, list]\n",
        '    resources: ["*"]\n    verbs: ["*"]\n',
        "security/wildcard-permissions",
        '    verbs: ["*"]',
    ),
    Fault(
        LEDGER,
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ledger-reader}",
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}",
        "security/wildcard-permissions",
        "cluster-admin",
    ),
    Fault(
        FORUM,
        """            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: forum-db
                  key: password
""",
        """            - name: DB_PASSWORD
              value: Xu4!mmering
""",
        "security/secret-in-file",
        "Xu4!mmering",
    ),
    Fault(
        FORUM,
        "spring.datasource.password=${DB_PASSWORD}",
        "spring.datasource.password=gr4nite-hall",
        "security/secret-in-file",
        "gr4nite-hall",
    ),
    Fault(
        FORUM,
        "  REDIS_ADDR: forum-redis:6379\n",
        "  REDIS_ADDR: forum-redis:6379\n  JWT_SECRET: 7d8f0c2b9a4e4f6f8c1d\n",
        "security/secret-in-file",
        "JWT_SECRET",
    ),
    Fault(
        LEDGER,
        "            - {name: DB_USER, value: ledger}\n",
        "            - {name: DB_USER, value: ledger}\n            - {name: DB_PASSWORD, value: root}\n",
        "security/default-password",
        "value: root",
    ),
    Fault(
        LEDGER,
        "apiVersion: v1\nkind: ServiceAccount\n",
        """apiVersion: v1
kind: Secret
metadata: {name: ledger}
type: Opaque
data:
  token: c2VjcmV0LTk4ZjctYWJjZDEy
---
apiVersion: v1
kind: ServiceAccount
""",
        "security/secret-in-file",
        "  token: c2Vj",
    ),
    # Terraform
    Fault(PLATFORM, "default = true\n", "default = false\n", "resilience/single-zone", "multi_az  "),
    Fault(
        PLATFORM,
        "  multi_az                  = var.highly_available\n",
        "",
        "resilience/single-zone",
        'resource "aws_db_instance"',
    ),
    Fault(
        PLATFORM,
        "backup_retention_period   = 14",
        "backup_retention_period   = 0",
        "resilience/no-backups",
        "backup_retention_period",
    ),
    Fault(
        PLATFORM,
        "  backup_retention_period   = 14\n",
        "",
        "resilience/no-backups",
        'resource "aws_db_instance"',
    ),
    Fault(
        PLATFORM,
        "deletion_protection       = true",
        "deletion_protection       = false",
        "resilience/no-deletion-protection",
        "deletion_protection  ",
    ),
    Fault(
        PLATFORM,
        "skip_final_snapshot       = false\n  final_snapshot_identifier = \"parcels-final\"",
        "skip_final_snapshot       = true",
        "resilience/no-final-snapshot",
        "skip_final_snapshot",
    ),
    Fault(
        PLATFORM,
        "storage_encrypted         = true",
        "storage_encrypted         = false",
        "security/unencrypted-storage",
        "storage_encrypted",
    ),
    Fault(
        PLATFORM,
        "  storage_encrypted         = true\n",
        "",
        "security/unencrypted-storage",
        'resource "aws_db_instance"',
    ),
    Fault(
        PLATFORM,
        "publicly_accessible       = false",
        "publicly_accessible       = true",
        "security/public-database",
        "publicly_accessible",
    ),
    Fault(
        PLATFORM,
        "security_groups = [aws_security_group.tasks.id]",
        'cidr_blocks     = ["0.0.0.0/0"]',
        "security/exposed-data-port",
        "cidr_blocks     =",
    ),
    Fault(
        PLATFORM,
        "    from_port   = 443\n    to_port     = 443\n    protocol    = \"tcp\"\n",
        "    protocol    = \"tcp\"\n    to_port     = 22\n    from_port   = 22\n",
        "security/open-firewall",
        '    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n\nresource "aws_elas',
    ),
    Fault(PLATFORM, "password                  = var.db_password", 'password                  = "s3a-Freight"',
          "security/secret-in-file", "s3a-Freight"),
    Fault(
        PLATFORM,
        "  sensitive = true\n",
        '  default   = "p4rcelpost!"\n',
        "security/secret-in-file",
        "p4rcelpost!",
    ),
    Fault(
        PLATFORM, "num_cache_clusters         = 2", "num_cache_clusters         = 1",
        "resilience/single-replica", "num_cache_clusters",
    ),
    Fault(
        PLATFORM,
        "automatic_failover_enabled = true",
        "automatic_failover_enabled = false",
        "resilience/single-zone",
        "automatic_failover_enabled",
    ),
    Fault(
        PLATFORM,
        """  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.labels_dead.arn
    maxReceiveCount     = 5
  })
""",
        "",
        "resilience/no-dead-letter-queue",
        'resource "aws_sqs_queue" "labels" {',
    ),
    Fault(
        PLATFORM, 'HTTP_TIMEOUT_MS = "2000"', 'HTTP_TIMEOUT_MS = "0"', "resilience/no-timeout", "HTTP_TIMEOUT_MS"
    ),
    Fault(
        PLATFORM,
        "  point_in_time_recovery {\n    enabled = true\n  }\n",
        "",
        "resilience/no-backups",
        'resource "aws_dynamodb_table"',
    ),
    Fault(
        PLATFORM,
        '        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]\n        Resource = aws_dynamodb_table.labels.arn\n',
        '        Action   = "*"\n        Resource = "*"\n',
        "security/wildcard-permissions",
        'Action   = "*"',
    ),
    Fault(
        PLATFORM,
        "block_public_acls       = true",
        "block_public_acls       = false",
        "security/public-bucket",
        "block_public_acls",
    ),
    Fault(
        PLATFORM,
        '  bucket = "parcel-labels"\n',
        '  bucket = "parcel-labels"\n  acl    = "public-read"\n',
        "security/public-bucket",
        "public-read",
    ),
    Fault(PLATFORM, "desired_count   = 3", "desired_count   = 1", "", ""),
    Fault(PLATFORM, "/api:2.3.1", "/api:latest", "security/latest-tag", "/api:latest"),
    Fault(
        PLATFORM,
        '{ name = "LOG_LEVEL", value = "info" }',
        '{ name = "DB_PASSWORD", value = "Kohlrabi77" }',
        "security/secret-in-file",
        "Kohlrabi77",
    ),
    Fault(
        PLATFORM,
        """  health_check {
    path                = "/health"
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
""",
        "",
        "resilience/no-health-check",
        'resource "aws_lb_target_group"',
    ),
    Fault(
        PLATFORM,
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        "security/weak-tls",
        "ssl_policy",
    ),
    Fault(
        PLATFORM,
        '    type = "redirect"\n',
        '    type = "forward"\n',
        "security/plain-http",
        'protocol          = "HTTP"\n',
    ),
    Fault(PLATFORM, "min_size            = 2\n  max_size            = 6", "min_size            = 1\n  max_size            = 1",
          "resilience/single-replica", "max_size"),
    Fault(
        WAREHOUSE,
        'availability_type = "REGIONAL"',
        'availability_type = "ZONAL"',
        "resilience/single-zone",
        "availability_type",
    ),
    Fault(
        WAREHOUSE,
        "enabled                        = true",
        "enabled                        = false",
        "resilience/no-backups",
        "enabled                        =",
    ),
    Fault(
        WAREHOUSE,
        'ssl_mode        = "ENCRYPTED_ONLY"',
        'ssl_mode        = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"',
        "security/weak-tls",
        "ssl_mode",
    ),
    Fault(
        WAREHOUSE,
        'ssl_mode        = "ENCRYPTED_ONLY"\n',
        'ssl_mode        = "ENCRYPTED_ONLY"\n      authorized_networks {\n        value = "0.0.0.0/0"\n      }\n',
        "security/public-database",
        'value = "0.0.0.0/0"',
    ),
    Fault(WAREHOUSE, '["35.235.240.0/20"]', '["0.0.0.0/0"]', "security/open-firewall", "source_ranges"),
    Fault(WAREHOUSE, "node_count = 3", "node_count = 1", "resilience/single-replica", "node_count"),
    Fault(WAREHOUSE, 'minimum_tls_version  = "1.2"', 'minimum_tls_version  = "1.0"', "security/weak-tls", "minimum_tls"),
    Fault(WAREHOUSE, '"TLS1_2"', '"TLS1_0"', "security/weak-tls", "min_tls_version"),
    Fault(
        WAREHOUSE,
        "allow_nested_items_to_be_public = false",
        "allow_nested_items_to_be_public = true",
        "security/public-bucket",
        "allow_nested",
    ),
    Fault(
        WAREHOUSE,
        '"serviceAccount:${google_service_account.exports.email}"',
        '"allUsers"',
        "security/public-bucket",
        "allUsers",
    ),
    Fault(
        WAREHOUSE,
        """  default_route_settings {
    throttling_rate_limit  = 200
    throttling_burst_limit = 400
  }
""",
        "",
        "resilience/no-rate-limit",
        'resource "aws_apigatewayv2_stage"',
    ),
    Fault(
        WAREHOUSE, "instance_count         = 3\n    zone_awareness_enabled = true", "instance_count         = 1",
        "resilience/single-replica", "instance_count",
    ),
    Fault(
        WAREHOUSE,
        "enforce_https       = true",
        "enforce_https       = false",
        "security/plain-http",
        "enforce_https",
    ),
)  # fmt: skip
PLANTED = [each for each in FAULTS if each.rule]
HARMLESS = [each for each in FAULTS if not each.rule]
"""Changes that look like a fault and are none: the rest of the file makes up for it."""


def _changed(fault: Fault) -> str:
    clean = (TWINS / fault.file).read_text("utf-8")
    assert fault.old in clean, fault.old
    return clean.replace(fault.old, fault.new, 1)


def _told(name: str, text: str) -> list[Observation]:
    """What the checks of deployments say at the default level; without the engine, which takes most of the time."""
    there = design({name: text})
    seen = [each for check in CHECKS for each in check(there)]
    return [each for each in seen if (each.severity or catalogue()[each.rule].severity) is not Severity.INFO]


def _line_of(text: str, at: str) -> int:
    """The first line that begins with a text, or else that holds it."""
    place = f"\n{text}".find(f"\n{at}")
    return text[: place if place >= 0 else text.index(at)].count("\n") + 1


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_deployment_is_silent(name: str) -> None:
    told = findings({name: (TWINS / name).read_text("utf-8")}, "low")
    assert [(each.rule_id, each.description) for each in told] == []


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=lambda number: f"{number}-{PLANTED[number].rule}")
def test_a_planted_fault_is_found_at_its_line_and_nothing_else_is_said(number: int) -> None:
    fault = PLANTED[number]
    text = _changed(fault)
    line = _line_of(text, fault.at)
    told = _told(fault.file, text)
    assert line in [each.at.lines[0] for each in told if each.rule == fault.rule]
    assert len({(each.rule, each.cause) for each in told}) <= 2, [(each.rule, each.message) for each in told]


@pytest.mark.parametrize("number", range(len(HARMLESS)))
def test_what_another_line_makes_up_for_is_no_fault(number: int) -> None:
    fault = HARMLESS[number]
    assert _told(fault.file, _changed(fault)) == []
