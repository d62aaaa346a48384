"""Small deployments that say on the line itself what must be told there, after `# <-`; nothing else may be told."""

import re

import pytest

from faultline.core.finding import Severity
from tests.analyzers.design.parts import design
from tests.analyzers.design.test_deployment_twins import CHECKS

TF = {
    "tasks": """
locals {
  services = {
    api       = { count = 3 }
    router    = { count = 1 } # <- resilience/single-replica
    scheduler = { count = 1 }
    feed      = { count = 1 }
  }
}
resource "aws_ecs_service" "all" {
  for_each        = { for k, v in local.services : k => v if k != "feed" }
  task_definition = aws_ecs_task_definition.all[each.key].arn
  desired_count   = each.value.count
}
resource "aws_ecs_task_definition" "all" {
  container_definitions = jsonencode([{
    name             = each.key # <- resilience/no-health-check
    image            = "${var.registry}/${each.key}:latest" # <- security/latest-tag
    portMappings     = [{ containerPort = 8443 }]
    logConfiguration = { logDriver = "awslogs" }
  }])
}
resource "aws_ecs_service" "front" {
  task_definition = aws_ecs_task_definition.front.arn
  desired_count   = local.services["api"].count
  load_balancer {
    container_port = 8443
  }
}
""",
    "databases": """
resource "aws_db_instance" "replica" {
  replicate_source_db = aws_db_instance.main.identifier
}
resource "aws_docdb_cluster" "docs" {
  backup_retention_period = 1 # <- resilience/no-backups
  storage_encrypted       = true
  deletion_protection     = false # <- resilience/no-deletion-protection
}
resource "aws_rds_cluster" "empty" { # <- resilience/no-deletion-protection security/unencrypted-storage
  backup_retention_period = 0 # <- resilience/no-backups
}
resource "aws_redshift_cluster" "dwh" { # <- security/unencrypted-storage
  publicly_accessible = true # <- security/public-database
}
resource "google_sql_database_instance" "crm" {
  deletion_protection = false # <- resilience/no-deletion-protection
  settings { # <- resilience/single-zone resilience/no-backups
    ip_configuration {
      require_ssl = false # <- security/weak-tls
    }
  }
}
resource "azurerm_mysql_flexible_server" "crm" { # <- resilience/single-zone
  name = "crm"
}
resource "azurerm_mssql_server" "erp" {
  public_network_access_enabled = true # <- security/public-database
  minimum_tls_version           = "1.1" # <- security/weak-tls
}
resource "aws_s3_bucket_versioning" "b" {
  versioning_configuration {
    status = "Suspended" # <- resilience/no-backups
  }
}
""",
    "caches and queues": """
resource "aws_elasticache_cluster" "c" {
  num_cache_nodes = 1 # <- resilience/single-replica
}
resource "aws_elasticache_replication_group" "r" {
  num_cache_clusters         = 3
  automatic_failover_enabled = true
  multi_az_enabled           = false # <- resilience/single-zone
  at_rest_encryption_enabled = false # <- security/unencrypted-storage
  transit_encryption_enabled = false # <- security/weak-tls
}
resource "aws_mq_broker" "q" {
  deployment_mode     = "SINGLE_INSTANCE" # <- resilience/single-zone
  publicly_accessible = true # <- security/public-database
}
resource "aws_msk_cluster" "k" {
  number_of_broker_nodes = 1 # <- resilience/single-replica
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT" # <- security/weak-tls
    }
  }
}
resource "aws_sqs_queue" "jobs" { # <- resilience/no-dead-letter-queue
  sqs_managed_sse_enabled = false # <- security/unencrypted-storage
}
resource "azurerm_redis_cache" "r" {
  enable_non_ssl_port = true # <- security/exposed-data-port
}
""",
    "computing": """
resource "aws_instance" "one" {
  root_block_device {
    encrypted = false # <- security/unencrypted-storage
  }
}
resource "aws_ecs_service" "api" { # <- resilience/single-replica
  deployment_minimum_healthy_percent = 0 # <- resilience/recreate-strategy
  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
  }
}
resource "aws_ecs_service" "agent" {
  scheduling_strategy = "DAEMON"
}
resource "aws_eks_node_group" "n" {
  scaling_config {
    desired_size = 1 # <- resilience/single-replica
    min_size     = 1
    max_size     = 3
  }
}
resource "aws_autoscaling_group" "a" {
  min_size            = 1 # <- resilience/single-replica
  max_size            = 4
  availability_zones  = ["eu-west-1a"] # <- resilience/single-zone
  target_group_arns   = [aws_lb_target_group.api.arn]
  health_check_type   = "EC2" # <- resilience/no-health-check
}
resource "aws_appautoscaling_target" "t" {
  min_capacity = 4
  max_capacity = 4 # <- resilience/fixed-autoscaling
}
resource "aws_lambda_function" "f" {
  timeout = 900 # <- resilience/no-timeout
}
resource "aws_lambda_function" "g" { # <- resilience/no-dead-letter-queue
  timeout = 5
}
resource "aws_sns_topic_subscription" "g" {
  endpoint = aws_lambda_function.g.arn
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([{
    name       = "x"
    image      = "acme/x:1"
    user       = "root" # <- security/runs-as-root
    privileged = true   # <- security/privileged-container
  }])
}
resource "aws_ecs_task_definition" "j" {
  container_definitions = "[{\\"name\\": \\"x\\", \\"image\\": \\"acme/x\\"}]" # <- security/latest-tag
}
resource "kubernetes_deployment" "web" {
  spec {
    replicas = 1 # <- resilience/single-replica
    template {
      spec {
        container {
          image = "acme/web" # <- security/latest-tag
        }
      }
    }
  }
}
""",
    "network": """
resource "aws_security_group_rule" "in" {
  type        = "ingress"
  from_port   = 0
  to_port     = 65535
  protocol    = "tcp"
  cidr_blocks = ["0.0.0.0/0"] # <- security/open-firewall
}
resource "aws_security_group_rule" "out" {
  type        = "egress"
  from_port   = 0
  to_port     = 0
  protocol    = "-1"
  cidr_blocks = ["0.0.0.0/0"]
}
resource "aws_security_group_rule" "range" {
  type             = "ingress"
  from_port        = 30000
  to_port          = 32767
  protocol         = "tcp"
  ipv6_cidr_blocks = ["::/0"] # <- security/open-firewall
}
resource "google_compute_firewall" "all" {
  source_ranges = ["0.0.0.0/0"] # <- security/open-firewall
  allow {
    protocol = "all"
  }
}
resource "azurerm_network_security_rule" "rdp" {
  direction              = "Inbound"
  access                 = "Allow"
  source_address_prefix  = "*" # <- security/open-firewall
  destination_port_range = "3389"
}
resource "azurerm_network_security_group" "g" {
  security_rule {
    direction              = "Inbound"
    access                 = "Allow"
    source_address_prefix  = "Internet" # <- security/exposed-data-port
    destination_port_range = "5432"
  }
  security_rule {
    direction              = "Inbound"
    access                 = "Allow"
    source_address_prefix  = "*" # <- security/open-firewall
    destination_port_range = "*"
  }
}
resource "aws_lb" "one" {
  subnets                    = [aws_subnet.a.id] # <- resilience/single-zone
  enable_deletion_protection = false # <- resilience/no-deletion-protection
}
resource "aws_lb" "inner" {
  internal = true
}
resource "aws_lb_listener" "inner" {
  load_balancer_arn = aws_lb.inner.arn
  protocol          = "HTTP"
}
resource "aws_lb_target_group" "t" {
  health_check {
    enabled = false # <- resilience/no-health-check
  }
}
resource "aws_lb_target_group" "l" {
  target_type = "lambda"
}
resource "aws_eks_cluster" "c" {
  vpc_config {
    public_access_cidrs = ["0.0.0.0/0"] # <- security/open-firewall
  }
}
resource "aws_api_gateway_stage" "s" { # <- resilience/no-rate-limit
  stage_name = "live"
}
resource "aws_apigatewayv2_domain_name" "d" {
  domain_name_configuration {
    security_policy = "TLS_1_0" # <- security/weak-tls
  }
}
resource "aws_lambda_function_url" "u" {
  authorization_type = "NONE" # <- security/no-authentication
}
""",
    "rights": """
resource "aws_s3_bucket_policy" "p" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = "*" # <- security/public-bucket
      Action    = "s3:GetObject"
    }]
  })
}
resource "aws_sqs_queue_policy" "p" {
  policy = <<-EOT
    {"Statement": [{
      "Effect": "Allow",
      "Principal": {"AWS": "*"},
      "Action": "sqs:SendMessage",
      "Condition": {"ArnEquals": {"aws:SourceArn": "x"}}
    }]}
  EOT
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = {
      Effect   = "Allow"
      Action   = ["s3:*"] # <- security/wildcard-permissions
      Resource = "*"
    }
  })
}
data "aws_iam_policy_document" "d" {
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "google_storage_bucket_iam_binding" "b" {
  members = ["allUsers"] # <- security/public-bucket
}
resource "google_storage_bucket" "b" {
  force_destroy = true # <- resilience/no-deletion-protection
}
resource "azurerm_storage_account" "s" {
  account_replication_type  = "LRS" # <- resilience/single-zone
  enable_https_traffic_only = false # <- security/plain-http
}
module "db" {
  source                  = "terraform-aws-modules/rds/aws"
  multi_az                = false # <- resilience/single-zone
  backup_retention_period = 0 # <- resilience/no-backups
  publicly_accessible     = true # <- security/public-database
  storage_encrypted       = false # <- security/unencrypted-storage
  deletion_protection     = false # <- resilience/no-deletion-protection
  skip_final_snapshot     = true # <- resilience/no-final-snapshot
}
module "bucket" {
  source        = "terraform-aws-modules/s3-bucket/aws"
  acl           = "public-read" # <- security/public-bucket
  force_destroy = true # <- resilience/no-deletion-protection
}
module "sg" {
  source = "terraform-aws-modules/security-group/aws"
  ingress_with_cidr_blocks = [
    {
      from_port   = 5432
      to_port     = 5432
      protocol    = "tcp"
      cidr_blocks = "0.0.0.0/0" # <- security/exposed-data-port
    }
  ]
}
""",
}

_BOUND = """          resources: {requests: {cpu: 1m, memory: 1Mi}, limits: {memory: 1Mi}}
          livenessProbe: {tcpSocket: {port: 80}}
          readinessProbe: {httpGet: {path: /r, port: 80}}
"""
K8S = {
    "pods": f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: web}}
spec:
  template:
    spec:
      hostIPC: true # <- security/host-namespace
      securityContext:
        seccompProfile:
          type: Unconfined # <- security/dangerous-capability
      containers:
        - name: web
          image: acme/web:stable # <- security/latest-tag
          env:
            - name: NODE_TLS_REJECT_UNAUTHORIZED
              value: "0" # <- security/weak-tls
            - name: TLS_MIN_VERSION
              value: TLSv1.1 # <- security/weak-tls
            - name: AUTH_ENABLED
              value: "false" # <- security/no-authentication
{_BOUND}      volumes:
        - name: etc
          hostPath:
            path: /etc/ssl # <- security/host-path
""",
    "services": f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: tables}}
spec:
  template:
    metadata: {{labels: {{app: tables}}}}
    spec:
      containers:
        - name: web
          image: adminer:4.8.1
          ports: [{{containerPort: 8080}}]
{_BOUND}---
apiVersion: v1
kind: Service
metadata: {{name: tables}}
spec:
  type: NodePort # <- security/exposed-admin-interface
  selector: {{app: tables}}
  ports: [{{port: 8080}}]
---
apiVersion: v1
kind: Service
metadata: {{name: pg}}
spec:
  type: LoadBalancer # <- security/exposed-data-port
  ports: [{{port: 5432}}]
---
apiVersion: v1
kind: Service
metadata: {{name: mine}}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [10.0.0.0/8]
  ports: [{{port: 5432}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: tables
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: "false" # <- security/plain-http
    nginx.ingress.kubernetes.io/proxy-send-timeout: "0" # <- resilience/no-timeout
spec:
  tls: [{{hosts: [acme.example], secretName: t}}]
  rules:
    - http:
        paths:
          - backend: {{service: {{name: tables, port: {{number: 8080}}}}}} # <- security/exposed-admin-interface
          - backend: {{service: {{name: none, port: {{number: 80}}}}}} # <- resilience/dangling-reference
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: g}}
spec:
  listeners:
    - protocol: HTTP # <- security/plain-http
      port: 80
""",
    "rights": """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
  - apiGroups: [""]
    resources: [secrets] # <- security/wildcard-permissions
    verbs: [get, list]
  - apiGroups: [""]
    resources: [secrets]
    resourceNames: [one]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: "system:node"}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: all}
roleRef: {kind: Role, name: reader}
subjects:
  - kind: Group
    name: system:unauthenticated # <- security/wildcard-permissions
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open}
spec:
  podSelector: {}
  ingress:
    - from:
        - ipBlock:
            cidr: 0.0.0.0/0 # <- security/open-firewall
""",
    "replicas": """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api # <- resilience/no-disruption-budget resilience/no-anti-affinity
spec:
  replicas: 2
  strategy:
    rollingUpdate:
      maxUnavailable: 100% # <- resilience/recreate-strategy
  template:
    metadata: {labels: {app: api}}
    spec:
      terminationGracePeriodSeconds: 0 # <- resilience/no-grace-period
      containers:
        - name: api # <- resilience/no-probes
          image: acme/api:1
          command: [gunicorn, --timeout, "0"] # <- resilience/no-timeout
          ports: [{containerPort: 80}]
          resources: # <- resilience/no-resource-limits
            limits: {memory: 1Gi}
          readinessProbe: {tcpSocket: {port: 80}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: lost}
spec:
  maxUnavailable: 1
  selector: # <- resilience/dangling-reference
    matchLabels: {app: apy}
---
apiVersion: v1
kind: Pod
metadata: {name: job}
spec:
  restartPolicy: Never
  containers:
    - name: job
      image: acme/job:1
      resources: {requests: {cpu: 1m}, limits: {memory: 1Gi}}
""",
}

_CALM = "restart: always, mem_limit: 1g, stop_grace_period: 9s, healthcheck: {test: 'true'}, logging: {driver: local}"
COMPOSE = {
    "limits that swarm and compose read": """
services:
  api: # <- resilience/no-restart-policy
    image: acme/api:1
    healthcheck: {test: 'true'}
    deploy: {resources: {limits: {memory: 1G}}}
  web: # <- resilience/no-restart-policy
    image: acme/web:1
    healthcheck: {test: 'true'}
    deploy: {resources: {limits: {memory: 1G}}}
""",
    "a stack whose services share what is said of them": """
x-deploy: &deploy
  update_config: {order: start-first}
services:
  api: # <- resilience/no-restart-policy
    image: acme/api:1
    healthcheck: {test: 'true'}
    deploy: {<<: *deploy, replicas: 2, resources: {limits: {memory: 1G}}}
  web: # <- resilience/no-restart-policy
    image: acme/web:1
    healthcheck: {test: 'true'}
    deploy: {<<: *deploy, replicas: 2, resources: {limits: {memory: 1G}}}
""",
    "doors": f"""
services:
  kibana:
    <<: &calm {{{_CALM}}}
    image: kibana:8.15.0
    ports:
      - 5601:5601 # <- security/exposed-admin-interface
  traefik:
    <<: *calm
    image: traefik:v3.1
    ports:
      - 8080:8080 # <- security/exposed-admin-interface
  mq:
    <<: *calm
    image: rabbitmq:3-management
    volumes: ["mq:/var/lib/rabbitmq"]
    ports:
      - 15672:15672 # <- security/exposed-admin-interface
      - 5672:5672 # <- security/exposed-data-port
  objects:
    <<: *calm
    image: minio/minio:RELEASE.2024-09-13T20-26-02Z
    volumes: ["objects:/data"]
    ports:
      - 9001:9001 # <- security/exposed-admin-interface
  ssh:
    <<: *calm
    build: .
    ports:
      - 2222:22 # <- security/open-firewall
      - 5432:5432/udp
  host:
    <<: *calm
    build: .
    userns_mode: host # <- security/host-namespace
    security_opt:
      - seccomp:unconfined # <- security/dangerous-capability
    cap_add:
      - NET_ADMIN # <- security/dangerous-capability
    volumes:
      - /var/lib/docker:/docker # <- security/host-path
      - /etc/localtime:/etc/localtime:ro
      - ./src:/src
  two:
    <<: *calm
    build: .
    container_name: two # <- resilience/pinned-host-port
    deploy: {{replicas: 2}}
  search:
    <<: *calm
    image: elasticsearch:8.15.0
    volumes: ["es:/usr/share/elasticsearch/data"]
    environment:
      - xpack.security.enabled=false # <- security/no-authentication
  queue:
    <<: *calm
    image: redis:7.4 # <- nothing
volumes: {{mq: , es: , objects: }}
""".replace("  queue:\n", "  queue: # <- resilience/unbounded-queue\n").replace(" # <- nothing", ""),
}
CASES = {
    **{f"{name}.tf": text for name, text in TF.items()},
    **{f"{name}.yaml": text for name, text in K8S.items()},
    **{f"{name}-compose.yml": text for name, text in COMPOSE.items()},
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_on_its_line_and_nothing_else(name: str) -> None:
    from faultline.analyzers.design.rules import catalogue

    text = CASES[name]
    wanted = {
        (number, rule)
        for number, line in enumerate(text.split("\n"), 1)
        if (found := re.search(r"# <- (.+)$", line))
        for rule in found[1].split()
    }
    there = design({name: text})
    told = {
        (each.at.lines[0], each.rule)
        for check in CHECKS
        for each in check(there)
        if (each.severity or catalogue()[each.rule].severity) is not Severity.INFO
    }
    assert (sorted(told - wanted), sorted(wanted - told)) == ([], [])
