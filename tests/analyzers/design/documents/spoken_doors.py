"""What is open, readable, shared or written down, in the words of engineers; and clean sentences near them.

Written by concept before the wordings were read: every second sentence was kept back until the wordings were done.
A sign of ⏎ is a new line.
"""

_FAULTS = {
    "security/no-authentication": """
The reporting API has no login of its own; whoever can reach it can query it.
Callers inside the VPC are trusted and need no token.
Requests arriving on the internal load balancer are accepted as they are.
If the Authorization header is missing, the request is treated as coming from the default tenant.
The token is optional: without it the API serves the request as an anonymous user.
We rely on network isolation; services do not authenticate each other.
The API key check is switched off for partners until they have migrated.
Service-to-service calls carry no credentials, since only our own pods can reach the port.
Anyone on the corporate network can open the dashboard and start a run.
`POST /internal/refunds` is called by the back office without credentials.
The ingest endpoint takes events from any sender.
Access control is left to the network: what is in the cluster may call anything.
The user id is taken from the `X-User-Id` header, which the client sets.
The service believes the `X-Tenant` header that the caller sends.
GraphQL is open; the mobile app needs no session to read or write.
Only the public gateway verifies tokens; behind it every service answers everyone.
Redis runs without a password because it is only reachable from the app subnet.
Devices register with their serial number; no further proof is asked for.
The Kafka listeners are PLAINTEXT and accept every client.
The MQTT broker allows anonymous connections.
Elasticsearch security is disabled (`xpack.security.enabled: false`).
Auth: none (internal)
| Endpoint | Auth |⏎|---|---|⏎| /orders | OAuth2 |⏎| /export | none |⏎| /users | OAuth2 |
Authentication is planned for phase two; the first release ships without it.
We skip the token check for requests from 10.0.0.0/8.
Health data can be fetched by anybody who knows the patient number.
A link with the order number is enough to see the order.
The upload endpoint is open to the world so that partners can get going quickly.
No API key is needed to call the pricing service.
Clients connect to the gRPC port directly, with no credentials exchanged.
For simplicity the scheduler's HTTP API does not ask who is calling.
Authentication can be turned off with AUTH_ENABLED=false, which is how production runs today.
Every request from inside the mesh is considered authentic.
The export service trusts its callers.
Being on the VPN counts as being logged in.
The endpoint is unauthenticated because the URL is hard to guess.
The admin service identifies users by the email in the request body.
Nobody has to sign in to use the search backend.
Internal endpoints are exempt from authentication.
The middleware lets requests without a session through.
Jenkins is configured so that anonymous users may trigger builds.
MongoDB is started without `--auth`.
A request with no token falls through to the handler as user `system`.
Since the service sits behind the firewall, we left out authentication.
The gateway forwards unauthenticated calls to the booking service, which serves them.
Any pod in the namespace may POST to /jobs.
There is no check of who calls the ledger.
Authentication is enforced only on write operations; reading payroll data takes no login.
The meter API identifies a household by its number alone.
The worker exposes an RPC port that obeys every command it receives.
Partners call the quote API anonymously.
Because it is internal traffic, the tokens are not verified by the stock service.
""",
    "security/public-admin-path": """
The admin console is reachable from the internet at /admin.
The Grafana and RabbitMQ consoles are published on the public load balancer.
`/debug/pprof` is served on the same port as the API.
Actuator endpoints are exposed to the outside, including /heapdump.
Operators use the back office at https://ops.example.com, which is open to any network.
The Kibana UI can be opened by everyone who has the link.
The Swagger UI and the admin API share the public hostname and need no login.
Flower is exposed through the ingress so that on-call can look at the queues from home.
The ingress routes /admin and /api to the same service for everybody.
The management port is bound to the public interface.
There is an endpoint /internal/flush-cache that works from anywhere.
pgAdmin is available under db.example.org without a VPN.
The Kubernetes dashboard is published by a LoadBalancer service.
The maintenance endpoints are on the public API so that support can call them from the browser.
The Jenkins master has a public address.
Anyone can call POST /admin/reindex.
The Argo CD interface is served on the internet with the built-in admin user.
The ops endpoints are not behind the VPN.
`/metrics`, `/env` and `/shutdown` are publicly reachable.
The feature flag console is not protected and may be opened by every visitor.
Prometheus and Alertmanager are open to the internet on 9090 and 9093.
The admin UI has no separate login; knowing the address is enough.
The Traefik dashboard runs in insecure mode on port 8080 of the public host.
The job console (Sidekiq web) is mounted at /sidekiq on the public site.
Support staff reach the admin tool from any network, without single sign-on.
The debug endpoint that dumps a session stays enabled on the public gateway.
The gateway's admin API listens on 0.0.0.0:8001 and is forwarded by the load balancer.
The Consul UI is exposed to the world.
We left /admin open on the edge because the IP allow-list was hard to maintain.
The H2 console is reachable in production under /h2-console.
phpMyAdmin is exposed on the public web server.
| Path | Reachable from |⏎|---|---|⏎| /api | internet |⏎| /admin | internet |
The operator dashboard is exposed on a public NodePort.
The Airflow web server is reachable from outside without a login.
The replay endpoint for operators is on the public router as well.
The configuration page of the device gateway is served on the WAN side.
The Vault UI is reachable over the internet.
The edge publishes the admin application to everyone.
Our admin pages are hidden, not protected: the URL is only known to staff.
Port 15672 (RabbitMQ management) is open to everybody.
Staff open the back-office application from the public internet; there is no VPN in front of it.
The load balancer exposes the actuator endpoints alongside the API.
The Spark master UI is on the internet so that analysts can look at their jobs.
The tenant administration endpoints have the same public route as the rest, with no role check.
""",
    "security/secret-in-file": """
The database password is committed to the repository in config/prod.yaml.
Secrets live in the `.env` file, which is checked in.
API keys are hard-coded in the mobile app.
New colleagues get the production credentials by Slack.
The signing key is part of the Docker image.
The Stripe secret key is in application.properties, next to the code.
The credentials are kept in a wiki page that everyone can read.
We pass the root password as a build argument, so it ends up in the image layers.
Terraform variables with the passwords are in the same Git repository.
The password (`Winter2024!`) is in the deployment manifest.
The kubeconfig of the cluster is shared through a Google Drive folder.
The private key of the certificate is stored in Git.
Access keys are in plain text in the values file of the chart.
Tokens for the partners are listed in a spreadsheet.
The connection string including the password is in the ConfigMap.
The JWT secret is a constant in the source code.
The encryption key lies next to the data, in the same bucket.
The deploy key is stored unencrypted on the build server's disk.
The SMTP password is baked into the AMI.
Credentials are kept in the code base so that every developer can start right away.
The service account JSON is copied into the container at build time.
The OAuth client secret is shipped with the single-page application.
The team keeps the vendor's API key in a pinned Slack message.
Environment files with live credentials are mailed to the contractors.
The database credentials are in docker-compose.yml in clear text.
Our secrets are base64-encoded in the Helm values, which are in Git.
Passwords are written in the runbook.
The cron job has the access key in its script.
The signing secret is kept in a shared note.
The HMAC key is in the front-end bundle.
`.env.production` is versioned together with the code.
The service reads its password from a properties file in the repository.
Certificates and their keys are checked into the infrastructure repository.
We hand the credentials over by e-mail.
The webhook secret is a literal in the handler.
The license server's password is included in the installer.
Secret management: none; keys are in the config files of each service.
The AWS keys are in the CI file as plain variables.
The master key is in the repository's history.
Service passwords are set in the manifests themselves rather than in a secret store.
The SFTP password is in the job definition, readable by everyone with access to the wiki.
""",
    "security/plain-http": """
The shop talks to the warehouse over plain HTTP.
Traffic between the services is not encrypted.
TLS ends at the load balancer; from there requests travel in clear text across the data centre link.
The mobile app calls http://api.example.com.
Meter readings are posted by HTTP to port 8080 of the collector.
Card data are sent unencrypted to the risk engine in the other region.
We did not set up certificates for the partner link; it is http only.
The handhelds send their scans in the clear.
Files are exchanged over FTP.
The partner fetches the nightly export over unencrypted HTTP.
The database connection is made with sslmode=disable.
Replication traffic crosses the internet without TLS.
The call to the clearing house is plain text, because their appliance has no certificate.
HTTPS is not enforced: the login page also answers on port 80.
Requests on port 80 are served as they are, without a redirect.
The API is offered over HTTP as well as HTTPS.
Telemetry goes to the backend over an unencrypted MQTT connection on 1883.
Syslog is shipped in clear text over UDP to the central collector.
Passwords cross the wire in clear because the bridge cannot do TLS.
Between gateway and ledger: HTTP, no TLS.
Protocol: HTTP (port 8080), unencrypted
Emails are handed to the relay on port 25 without STARTTLS.
The kiosk loads its configuration via http from the central server.
| From | To | Protocol |⏎|---|---|---|⏎| app | api | HTTPS |⏎| partner | api | HTTP |
LDAP binds are done on 389 without StartTLS, so passwords are readable on the network.
The two sites are linked over the open internet, with nothing encrypting the traffic.
Webhooks are delivered to whatever URL the customer gives, http included.
The payment callback is received over http.
For performance we turned TLS off between the front end and the API.
The scanner gateway speaks telnet to the devices.
Certificates were too much work for the depots, so the terminals use http.
Session cookies also travel over http, as the secure flag is not set.
The legacy bank interface is reached via an unencrypted socket.
The image registry is used over http (insecure-registries).
Doctors' browsers connect to the portal by HTTP.
The gRPC channel is created with insecure credentials.
Data leave the plant without encryption in transit.
Kafka traffic between the regions is plaintext.
The bank file is fetched via plain FTP every night.
The public site listens on port 80 only.
""",
    "security/shared-account": """
All services use the same database user.
The whole support team logs in as `support`.
Developers share one AWS access key.
There is one API key for all partners.
Every microservice connects to PostgreSQL as `app`, with the same password.
On-call engineers use a common root login.
Operators sign in with a shared account whose password is in the team's vault.
A single service account is used by all jobs.
The partners all authenticate with the same token.
Everybody in the warehouse uses the terminal user.
The mobile app, the web shop and the batch jobs share one client id and secret.
One SSH key is distributed to all administrators.
The gateway and the workers use the same credentials for the broker.
All tenants' jobs run under one account.
Deployments are done by hand with the team's shared admin user.
The credentials of the cluster admin are known to the whole team.
A generic `ops` account is used for night shifts.
Staff log in with the branch's common password.
All devices carry the same key.
The same JWT signing secret is used by every service and by the partners.
There's only one login for the back office, which the six agents share.
Each of the services reuses the owner account of the database.
Contractors use Maria's account.
The same API key is handed out to every customer.
The nurses share the ward's login.
One set of credentials serves production and staging.
We have a single IAM user for CI, the developers and the application.
The team works with one common Okta user.
Database access for analysts goes through one shared login, so queries cannot be attributed.
All drivers' phones use the same token to post positions.
Every environment uses the same secret key.
Everyone on the team knows the root password and uses it for fixes.
The connectors all log on as the same technical user.
A team-wide login is used to release.
""",
    "security/credentials-never-expire": """
API keys are valid for ever.
Access tokens do not expire.
The key that signs the tokens has never been changed.
Passwords of service users are set once and never rotated.
Tokens are issued for ten years.
There is no rotation of the database credentials.
The API key is created at onboarding and stays valid until the partner leaves.
Once issued, a token can't be revoked.
Session cookies live for a year.
The personal access tokens have no expiry date.
Partners keep the key that they got in 2017.
JWTs are valid for 30 days and cannot be withdrawn.
The encryption key is static.
We don't rotate keys.
The shared secret with the bank has been the same since the start of the project.
Logging out deletes the cookie in the browser; the token itself remains valid indefinitely.
The refresh tokens live forever.
Keys of people who leave stay active.
A device gets its token in the factory and keeps it for life.
Download links never expire.
Token lifetime: unlimited
Secrets are rotated only when somebody remembers.
The presigned links stay valid permanently.
The certificate's key has not been renewed since 2019.
Rotating the key would need a release of all apps, so we do not do it.
Credentials of the connectors are permanent.
Sessions stay valid until the user logs out.
Key rotation is not foreseen.
The signing key is the one generated at the first installation.
The token is issued once and has no end date.
Invitations can be used at any time, there is no expiry.
Static, long-lived access keys are used by CI to deploy.
| Credential | Rotation |⏎|---|---|⏎| db user | 30 days |⏎| signing key | never |⏎| partner keys | 90 days |
The password for the SFTP account was set in 2015 and is still in use.
A leaked key would stay usable, since there is no way to withdraw it.
""",
    "security/unencrypted-storage": """
Patient records are stored in clear text.
The volumes are not encrypted.
Backups are written to the NAS without encryption.
Card numbers are kept in the orders table as they are.
The bucket has no server-side encryption.
Encryption at rest is switched off to save CPU.
Uploaded passports lie unencrypted on the file share.
We do not encrypt the database.
Laptop disks of the field staff hold the customer list unencrypted.
Social security numbers are saved in plain text.
The dumps go to S3 unencrypted.
Encryption at rest is not configured for the document store.
The export with salaries is a plain CSV on the shared drive.
Bank details are held in plaintext so that support can read them.
IBANs are stored as varchar, without any encryption.
The message bodies, including diagnoses, rest on the broker's disk unencrypted.
Data at rest: not encrypted
The disk snapshots are unencrypted.
Tokens of the customers' bank connections are saved in clear in the accounts table.
The archive tapes are not encrypted.
No encryption is applied to the object store.
The data are encrypted on the wire but rest in clear on the disks.
The mobile app keeps the medical history in an unencrypted SQLite file.
Because of the reporting tool, salary data sit in plain text in the warehouse.
Personal data are persisted without encryption.
At-rest encryption will come with the next hardware.
The RDS instance was created without storage encryption.
CVV codes are kept with the order for later charges.
The nightly dump is copied to the office NAS as plain SQL.
KMS is not used; the volumes hold raw data.
Scans of identity cards are put on the volume as they come.
| Store | Encrypted |⏎|---|---|⏎| orders | yes |⏎| passports | no |⏎| logs | yes |
Disk encryption was left off for the database nodes.
The full card number stays in the database in readable form.
""",
    "security/exposed-data-port": """
PostgreSQL listens on a public address so that analysts can connect from home.
The database is reachable from the internet.
Port 5432 is open to the world.
Redis is published on 0.0.0.0:6379.
The MongoDB cluster accepts connections from any IP.
The Elasticsearch node can be queried from outside.
The database has a public IP.
MySQL is exposed to the internet to let the agency run reports.
We opened port 3306 for everybody.
The warehouse can be reached by BI tools from anywhere, with a user name and password.
The broker's port 5672 is open on the public load balancer.
The security group of the database allows 0.0.0.0/0.
The RDS instance is publicly accessible.
The cache is bound to all interfaces of the public host.
The database lives in the public subnet and takes connections from everywhere.
etcd is reachable from the office network and the internet.
The Cassandra nodes have public addresses.
External consultants connect straight to the production database over the internet.
The firewall lets all addresses through to port 27017.
ClickHouse is exposed on 8123 for the external dashboards.
The data store is not in a private network.
The partner reads directly from our database through a public endpoint.
Kafka is open to the internet on 9092.
The InfluxDB port is forwarded by the router, so that the app can write from the field.
The mobile app writes directly to the database, whose port is open to the public.
The Cloud SQL instance authorizes 0.0.0.0/0.
Memcached answers on the public interface.
Anyone can connect to the database server; only the password protects it.
Analysts work from home, so the database's port was opened to every address.
The database host is in the DMZ with 1433 open to the outside.
""",
    "security/wildcard-permissions": """
The service role has AdministratorAccess.
All functions run with full access to S3 and DynamoDB.
The application connects as the superuser.
The CI user may do everything in the account.
The workload's service account is bound to cluster-admin.
The Lambda's policy allows `*` on all resources.
The app uses the owner role of the database, since migrations run at start.
Support agents have the same rights as administrators.
The IAM policy grants s3:* on every bucket.
Every developer has admin rights in production.
The API user owns the schema and can drop tables.
To avoid permission problems, the role may do anything.
The token given to partners carries all scopes.
Permissions are broad: each service can read and write all topics.
Jobs run as root on the host with sudo and no password.
The connector logs on with the sa account.
The worker has been given Owner on the project.
We gave the pods' node role full access, which was the quickest way.
The reporting job connects as postgres.
The deploy pipeline holds the account's root keys.
All engineers can write to the production database.
The bot has org-wide write access to all repositories.
The read-only dashboard uses a user with write rights on all tables.
Any employee can see all customers' data in the back office.
The operator is allowed all verbs on all resources.
The service account has the Editor role, so it can change everything in the project.
The import job runs with administrator privileges as it needs one table.
Our integration asks for full mailbox access, although it reads only one folder.
The role attached to the instances is `PowerUserAccess`.
The application role owns every table and may grant rights.
All microservices may publish to and consume from any topic.
""",
    "security/secrets-in-logs": """
Request bodies, passwords included, are written to the access log.
We log the full Authorization header for debugging.
The complete card number appears in the log of the payment adapter.
Logs hold the e-mail address and birth date of the patient.
Every request is logged with all headers and its body.
The access token is printed at start-up.
Session ids are logged in full.
Log lines contain the customer's IBAN and name, which makes support easier.
The tracing spans carry the SQL with its parameters, among them social security numbers.
The audit trail stores the password that was entered.
Query strings are logged unmasked, with the reset token in them.
The debug log has the whole JWT.
Nothing is masked in the logs.
For troubleshooting we write the entire payload to Kibana.
Error reports are sent to Sentry with the user's credentials.
The one-time code is written to the log so that testers can find it.
Personal data are not redacted before they are logged.
The bearer token shows up in the proxy's access log because it is part of the URL.
Prescriptions are logged in clear text.
The diagnosis is part of the log message.
Passwords end up in the logs when a login fails.
The worker logs each job's arguments, API keys among them.
The full request and response of the bank call are kept in the log for 90 days.
Log level is DEBUG, with bodies, on all nodes of production.
We do not mask card numbers in logs.
The passenger's phone number and pick-up address are in every log line.
The analytics events contain the user's e-mail and full name in the clear.
The environment, with all its secrets, is dumped to the log when a worker starts.
The log shipper forwards everything, including tokens, unfiltered.
Logging includes the raw body of the login call.
Every failed login is logged with the entered user name and password.
""",
    "security/any-origin": """
CORS is set to `*`.
The API allows requests from every origin.
Access-Control-Allow-Origin: *
Any web page may call the API from the browser.
We reflect the Origin header and allow credentials.
CORS is wide open so that partners can embed the widget.
The gateway answers every preflight with the caller's origin.
Cross-origin requests are not restricted.
The origin of the request is echoed back in Access-Control-Allow-Origin.
All origins are allowed, cookies included.
There is no origin check on the WebSocket.
The browser API accepts all domains.
CORS: allow all
To keep front-end work simple the CORS filter permits everything.
Every site can read the answers of the account API through a visitor's browser.
The socket accepts connections from pages of any domain.
We disabled the same-origin restrictions for the API.
The allow-list of origins contains a wildcard.
The origin header is not checked.
Cross-site calls are allowed from anywhere.
The CORS policy has been opened for all hosts.
Origins: any
""",
    "security/unsigned-webhook": """
Webhooks are not signed.
The receiver processes whatever is posted to /hooks/payments.
We send events to the customer's URL without a signature.
The payment callback is trusted as it comes in; its signature is not verified.
There's no signature on the webhook; the receiver recognises us by our IP address.
The callback from the provider is accepted without checking where it came from.
The signature header of the PSP is ignored.
Anyone who knows the URL can post a delivery status.
Webhook authenticity is not checked.
The status callback marks the order as paid when it is called with the order id.
The handler takes the event as genuine because the path contains a random string.
Customers can't verify that an event came from us.
Outgoing webhooks carry no HMAC.
Incoming GitHub events are handled without validating X-Hub-Signature.
We skip the signature check for the carrier's notifications.
Events of the PSP are believed without proof.
The webhook endpoint is public and takes any JSON.
The notification is POSTed to the URL of the partner as it is, without secret or signature.
We plan to sign the webhooks later.
The callback endpoint relies on the obscurity of its URL.
Webhook signing: no
Verification of the provider's signature has been postponed.
Receivers have no means to tell our webhooks from forged ones.
The hook handler does not look at the signature.
""",
    "security/no-audit-log": """
Changes made by support agents are not recorded.
There is no audit log.
Who changed a price cannot be found out afterwards.
Admin actions leave no trace.
We do not log who accessed a patient's record.
Administrators may delete the audit entries.
Role changes are made directly in the database and are not tracked.
CloudTrail is switched off to save cost.
The audit trail is kept for two days only.
Refunds are booked without noting who approved them.
Access to medical data isn't logged.
It is not possible to tell which operator released a payment.
Audit: not implemented
The back office overwrites the record in place, so there is no history of who edited it.
Logins and permission changes are not written anywhere.
No record is kept of who downloads the exports.
Kubernetes audit logging is disabled.
An impersonated session looks like the customer's own in the logs.
Operators edit balances by hand with SQL, which nobody logs.
We can see that a limit was changed, but not by whom.
Auditing was left out of the first version.
Manual corrections are applied with no trail.
The history of approvals is not stored.
Support may impersonate users without this being noted anywhere.
""",
    "security/no-authorization": """
Every logged-in user can read every order.
The API checks the token but not whether the account belongs to the caller.
There is no check that the document belongs to the tenant.
Tenants are told apart by the id in the path, which is not compared with the token.
Any authenticated user may call the refund endpoint.
Roles are only enforced in the user interface.
The front end hides the buttons; the API itself does not check roles.
Once logged in, everybody can do everything.
The tenant id is taken from the query string and used as it is.
Authorization is left to the client.
Knowing an invoice's id suffices to download it with any valid token.
A driver can open another driver's trips by changing the id.
There are no roles.
All customers with a login may see the invoices of all others.
The backend does not verify that the user owns the booking.
Permissions are checked in the browser.
Any valid token gives access to all tenants.
The admin flag is read from the request body.
We do not distinguish between employees and managers: whoever has a session may approve.
Access to records is not limited to the treating doctor; each clinician's login opens all of them.
""",
    "security/tls-verification-off": """
Certificate checks are disabled for the call to the bank, because its certificate is self-signed.
The client is configured with verify=False.
We ignore certificate errors of the partner.
The connector accepts any certificate.
The HTTP client trusts all certificates.
curl is called with -k.
Host name verification is turned off.
TLS certificates of the depots are not validated.
The agent skips certificate verification.
The app accepts self-signed certificates from every server.
`NODE_TLS_REJECT_UNAUTHORIZED=0` is set in production.
An expired certificate at the carrier is simply ignored.
The JDBC URL has trustServerCertificate=true.
Peer verification is off towards the broker.
InsecureSkipVerify is set to true for the internal registry.
The devices do not check the server's certificate.
""",
    "security/weak-password-storage": """
Passwords are stored in plain text.
User passwords are hashed with MD5.
We keep the passwords with reversible encryption so that support can look them up.
Passwords are saved as unsalted SHA-1.
The password is stored as it was typed.
Password hashes have no salt.
The PIN is kept in clear in the users table.
Users who forget their password get it sent by mail.
Support can read a customer's password to help with logins.
Passwords are base64-encoded in the database.
The hash is a single round of SHA-256.
PINs are saved as simple MD5 digests.
We encrypt passwords with AES and decrypt them to compare.
The users table has a column with the readable password.
""",
    "security/debug-in-production": """
Production runs with DEBUG=True.
The debug mode is left on in production, which helps support.
The remote debugger listens on port 5005 of all production pods.
The Flask development server is used in production.
Stack traces are shown to users, as debug is enabled everywhere.
Django runs with debugging switched on on the live system.
The production build contains the developer tools and the debug menu.
Verbose debug pages are on in the live environment.
The Node inspector is enabled on the live pods.
In production we start the app with `flask run`.
""",
    "security/public-bucket": """
The bucket with the invoices is public.
Uploaded documents are readable by everyone who has the URL.
The storage container allows anonymous reads.
Anyone on the internet can list the export bucket.
The bucket policy lets everybody download.
Customer photos are in a world-readable bucket.
The ACL of the scans bucket is public-read.
Exports are placed in a public bucket so that partners can fetch them.
Files are served straight from a bucket that is open to the internet.
Public access is allowed on the bucket that holds the contracts.
The report bucket can be read without credentials.
Receipts are put into a bucket without access control.
""",
    "security/no-input-validation": """
The filter is put into the SQL as it comes from the user.
Queries are built by string concatenation.
Uploaded files are not checked for type or size.
The body is passed on to the database without validation.
We trust the client to send well-formed data.
The HTML of the comment is rendered as entered.
Input validation is done in the browser only.
The file name from the request is used as the path on disk.
Nothing validates the payload of the device messages.
User input is interpolated into the shell command.
The template is evaluated with what the customer typed.
The service stores any JSON that it is sent.
""",
    "security/no-mfa": """
Administrators log in with user name and password only.
There is no second factor for the back office.
MFA is optional for admins.
Multi-factor authentication is not enabled on the root account.
A password is all that is needed to enter the operator console.
2FA has been postponed.
The VPN asks just for a password.
Staff accounts don't have two-factor authentication.
""",
    "security/default-password": """
The admin user has the password admin.
Devices are delivered with the default password, which most customers keep.
RabbitMQ uses guest/guest.
Grafana still has its initial admin login.
The database user is postgres with password postgres.
New users get the password `changeme`.
The initial password of every account is the customer's birth date.
The routers keep the vendor's default credentials.
""",
    "security/internals-in-error": """
Errors are returned with the stack trace.
The response of a failed call contains the SQL statement.
Exceptions are passed through to the caller as they are.
Error pages show the framework version and the stack.
The exception message of the database is handed to the client.
A 500 contains the full traceback, which helps our partners.
""",
    "security/server-side-request": """
The preview service fetches whatever URL the user enters.
Webhook targets may be any address, internal ones included.
The importer downloads from the URL in the request, without restriction.
Images are loaded by the server from addresses that users supply.
Callback URLs are not checked before we call them.
The PDF renderer follows every link in the uploaded HTML.
""",
    "security/weak-tls": """
TLS 1.0 is still accepted for old terminals.
The load balancer permits SSLv3.
Old cipher suites such as RC4 stay enabled for the card readers.
We allow TLS 1.1 on the partner endpoint.
The minimum TLS version is 1.0.
""",
    "security/privileged-container": """
The agent container runs in privileged mode.
Build jobs need Docker and therefore run privileged.
The sidecar is started with --privileged.
The container is privileged so that it can mount the disks.
""",
    "security/latest-tag": """
All services are deployed from the `latest` tag.
Images are tagged latest.
We always pull latest on deployment.
The deployment references the image without a version.
""",
}

_CLEAN = """
The reporting API requires a bearer token, which the gateway verifies against the identity provider.
Callers inside the VPC need a token as well; the network is not trusted.
A request without an Authorization header is answered with 401.
Anonymous requests are rejected before they reach a handler.
The token is mandatory for every endpoint except /healthz.
Services authenticate each other with mutual TLS; certificates come from the mesh.
The only endpoints that need no login are the health check and the public status page.
The product catalogue is public: anybody may read it, and it holds nothing personal.
Until 2022 the internal API needed no token; since then every call carries a workload identity.
We considered trusting the internal network and rejected it: one stolen pod would have been enough.
If authentication is disabled by mistake, the service refuses to start.
Nobody can call the ledger without a client certificate.
Every request is authenticated, whether it comes from inside or outside.
The `X-User-Id` header is stripped at the edge and set again from the verified token.
Headers that a client sends to name its tenant are ignored; the tenant comes from the token.
The MQTT broker refuses anonymous connections and maps each certificate to a topic prefix.
Redis is in a private subnet and asks for a password; the ACL allows only the commands in use.
Unauthenticated calls never get past the gateway.
The identity provider itself is bought; we do not build authentication ourselves.
Users sign in once and need no further login for the other applications.
Guests can place an order without an account; the order is bound to a signed link valid for one hour.
Kafka clients authenticate with SASL/SCRAM, and ACLs bind each to its topics.
The service trusts only tokens of our own issuer; audience and expiry are checked.
Passwordless login by passkey replaces the password.
A device proves who it is with a certificate burnt in at the factory.
| Endpoint | Auth |⏎|---|---|⏎| /orders | OAuth2 |⏎| /healthz | none |⏎| /users | OAuth2 |
Authentication must not be skipped for internal callers.
An attacker on the network could call the service if it did not check tokens, which is why it does.
The gateway does not authenticate users itself but hands them to Keycloak.
Liveness probes are answered without authentication on a port that only the kubelet reaches.
An internal caller without a valid workload identity is turned away.
The admin console is only reachable through the VPN and asks for single sign-on.
Admin endpoints live on a separate port that no ingress routes to.
/metrics is served on port 9090, which the network policy opens for Prometheus alone.
The Kubernetes dashboard is not installed.
The admin API is not exposed to the internet.
The public site and the admin UI have different hostnames; the latter sits behind an identity-aware proxy.
Operators reach the RabbitMQ console by port-forward with their own account.
Debug endpoints are compiled out of release builds.
The public API is exposed through the gateway; nothing else is.
The status page is public on purpose.
Actuator shows only health and info, and only to the cluster.
The admin dashboard shows the state of each queue and is opened with the company's single sign-on.
Support staff use the back office with their own account and a hardware key.
Grafana is available to all employees after single sign-on.
The ingress denies /admin and /internal from outside.
Until last spring the console was on the internet; it has been behind the proxy since.
The operations page lists running jobs; it requires the operator role.
The maintenance port listens on localhost only.
Prometheus is not reachable from outside the cluster.
Secrets are in Vault and reach the pods as files on a memory volume.
No secret is in the repository; a scanner blocks commits that hold one.
The `.env.example` in the repository holds names only.
The database password comes from Secrets Manager and is rotated every 30 days.
Configuration is in Git, secrets are not.
The signing key never leaves the HSM.
Secrets are encrypted with SOPS before they are committed; the key is in KMS.
API keys are shown once and only their hash is stored.
We keep no credentials in images, files or chat.
In 2021 a key was found in the history of the repository; it was revoked the same day.
The public key is part of the app, the private one stays in the vault.
The password policy is described in the handbook.
Credentials are never sent by mail or chat; a new colleague gets access through the directory group.
The connection string in the ConfigMap has no password; that one is mounted from the secret.
The publishable key of the payment provider is in the front end, as the provider intends.
The repository holds the sealed secrets, which only the controller in the cluster can open.
Kubernetes secrets are encrypted at rest with a KMS key.
Helm values reference the secret by name.
The build reads the token from the CI's secret store and masks it in its output.
All traffic is encrypted with TLS 1.3, also inside the cluster.
Plain HTTP is answered with a permanent redirect to HTTPS.
The load balancer ends TLS and opens a new TLS connection to the pods.
The service listens on port 8080 behind the sidecar, which speaks mTLS.
Unencrypted connections to the database are refused (`rds.force_ssl`).
HTTP is used as the protocol, with JSON bodies.
The HTTP API is versioned by path.
Port 80 only redirects.
FTP was replaced with SFTP in 2020.
We looked at plain HTTP inside the cluster for speed and rejected it.
Files arrive by SFTP with a key for each partner.
HTTP/2 between gateway and services keeps the number of connections low.
The gateway calls the ledger by HTTPS with a timeout of 2 s.
Between the two sites all traffic goes through an IPsec tunnel.
The test client uses http on the developer's laptop.
MQTT runs over TLS on port 8883.
The http client is shared by all modules and keeps connections alive.
Each service has its own database user with rights on its own schema.
Shared accounts are not used; everybody signs in with their own name.
Every partner has its own API key, bound to its tenant.
The jobs share a library, not an account.
All services use the same identity provider.
The shared key of old was split: each service has had its own since version 3.
Nobody logs in as root; the break-glass account is sealed and its use raises an alert.
All services use the same base image and the same logging format.
One user may belong to several tenants.
All users of a branch share its calendar.
The team shares the on-call duty.
A device key is unique to the device.
Customers share a dashboard by invitation; each sees it with their own account.
API keys expire after 90 days and can be revoked at any time.
Access tokens are valid for ten minutes, refresh tokens for a day.
Tokens never live longer than an hour.
Signing keys are rotated every month; the old one stays valid for verification for one hour.
A session ends after 30 minutes without activity.
Order ids never expire.
The invitation link works once and for two days.
Long-lived keys were removed in favour of workload identity federation.
Permanent links to products stay valid forever.
Revoked tokens are refused within a minute.
The customer's contract does not expire; the credentials do.
If a key leaks, it is revoked and a new one is issued within minutes.
All volumes are encrypted with a customer-managed key.
Backups are encrypted before they leave the host.
Card numbers are never stored; the payment provider keeps them and gives us a token.
The export is encrypted with the recipient's key.
Unencrypted volumes cannot be created: a policy denies them.
The plain text of a note is kept in the search index, which is encrypted at rest.
E-mails are sent as plain text and as HTML.
Social security numbers are encrypted field by field.
Static assets are not encrypted, they are public.
The bucket is encrypted with KMS, and uploads without the header are refused.
We do not store health data.
Data are encrypted at rest and in transit.
The database has no public address and takes connections from the application subnet only.
The database is not reachable from the internet.
Port 5432 is open for the application's security group alone.
Analysts query a replica through the bastion with their own account.
The API is reachable from the internet on 443.
Redis listens on the pod network only; a network policy lets in the API.
The public subnet holds nothing but the load balancer and the NAT gateways.
Nothing but the gateway has a public IP.
PostgreSQL listens on 5432.
The database server was public for a day in 2019, which the post-mortem describes.
Kafka's external listener uses mutual TLS and is restricted to the partners' addresses.
The warehouse is fed by a stream from the database and is reachable from the office network by SSO.
The service's role may read one bucket and write to one queue.
No role has wildcard rights.
The application user cannot change the schema; migrations run under their own user.
Administrators ask for elevated rights for an hour, and a second person approves.
Only the two leads have admin rights in production, through a reviewed request.
Full access is given to nobody.
The role of the service grants `s3:GetObject` on its prefix, nothing more.
The platform team owns the cluster and has full responsibility for upgrades.
The superuser's password is sealed; the application never connects with it.
A tenant's administrator can do everything within that tenant.
The all-rights role that we started with was split into five in March.
The topics are owned by one service each; others may only read.
Tokens and passwords are never logged.
The logger masks card numbers and e-mail addresses before a line is written.
Request bodies are not logged.
Logs contain the order id, the tenant id and the trace id, and no personal data.
The access log holds method, path and status.
Headers are logged except Authorization and Cookie.
Every login is logged with time and user id.
The log level in production is INFO.
Log lines with what looks like a token are dropped by the shipper.
Traces carry the statement without its parameters.
A filter removes passwords from what goes to Sentry.
We log who signed in, not with what.
CORS allows our two web applications and nobody else.
The allowed origins are listed in the configuration; a wildcard is refused at start.
The API sends no CORS headers, because browsers of other sites have no business there.
The origin of a WebSocket handshake is compared with the allow-list.
The fonts are served with `Access-Control-Allow-Origin: *`, as they are public.
All origins other than our own are refused.
Requests from any origin other than app.example.com fail the preflight.
Each webhook is signed with HMAC-SHA256 over timestamp and body.
The receiver verifies the signature before it reads the body, and refuses what is older than five minutes.
A callback with a wrong or missing signature is answered with 400 and dropped.
Unsigned events are ignored.
Payment notifications are checked against the provider's public key.
The webhook carries the event's id, its type and the time.
Receivers should verify the signature; the guide shows how.
Webhooks are delivered at least once, so receivers must expect repeats.
Every change by an operator is written to an append-only audit log with actor, time and reason.
The audit log is kept for seven years and cannot be changed by administrators.
Reading a patient record is logged as well.
Nobody can change a price without leaving an audit entry.
CloudTrail is on in all regions.
Impersonation needs the customer's consent, and both names are in the audit trail.
The audit service is not in the request path.
Health check requests are not logged.
The database checks tenant and owner by row-level security.
Every handler checks that the record belongs to the caller's tenant.
A user can read only their own orders.
A logged-in user of another tenant gets a 404.
Roles are enforced by the API; the user interface only hides what is not allowed.
Knowing an id is not enough: the policy engine is asked on each read.
Any authenticated employee may read the canteen menu.
The service checks the role in the token, not in the user interface.
Certificates are verified against our own CA.
A self-signed certificate is not accepted.
Certificate errors end the call.
Hosts with an expired certificate are taken out of rotation.
The linter forbids verify=False.
Passwords are hashed with Argon2id, with a salt for each user.
We never see passwords: sign-in is done by the identity provider.
The old MD5 hashes were replaced at the users' next login; none are left.
The debug mode is off in production, and the start-up check fails if it is on.
Debug logging can be turned on for one tenant for an hour.
The debugger is available in the development image only.
The bucket is private; downloads go through links that are signed for five minutes.
Public access to buckets is blocked for the whole account.
The website's assets are in a public bucket behind the CDN.
Inputs are validated against the JSON schema before anything else happens.
Queries are parameterised; none is built from strings.
What the customer types is escaped when it is shown.
Uploads are limited to 10 MB and to three types, and are scanned before anyone can open them.
Administrators need a hardware key besides their password.
Multi-factor authentication is mandatory for everybody.
The default password of the device must be changed at the first login, or it stays offline.
Default credentials are removed by the image build.
Errors carry a code and a trace id, never a stack trace.
Stack traces go to the log, not to the caller.
The error body follows RFC 9457 and tells nothing of the inside.
Webhook addresses are resolved first, and private ranges are refused.
The importer downloads only from hosts on the allow-list.
TLS 1.2 is the lowest version that is accepted.
TLS 1.0 and 1.1 are turned off.
Containers run as an ordinary user; privileged mode is denied by the admission policy.
Images are referred to by digest, `latest` is not allowed.
The latest release is described in the changelog.
The latest price is kept in Redis for a minute.
Anyone with the link can read the public changelog.
The internal name of the service is `ledger`.
The trusted proxy range is configured, so that the client address is right.
An open question is how long tokens of the partners should live.
Everyone on the team may approve a pull request, but nobody their own.
Shared libraries are released weekly.
The port is open only while a deployment runs, and only for the runner's address.
Users may export all their data at any time.
The public endpoint accepts orders of every signed-in customer.
Access reviews are held each quarter; accounts of people who left are closed the same day.
The key of a cache entry is the tenant's id and the path.
The partner's key is exchanged in a ceremony with two people on each side.
Everybody can see the roadmap on the wiki.
All data are kept in the EU.
The client secret stays on the server; the single-page application uses PKCE.
"""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(each.replace("⏎", "\n") for each in text.strip().splitlines())


FAULTS = {rule: _lines(text)[::2] for rule, text in _FAULTS.items()}
"""By rule; the wordings were written with these."""
CLEAN = _lines(_CLEAN)[::2]
HELD = {rule: _lines(text)[1::2] for rule, text in _FAULTS.items()}
"""By rule; kept back."""
HELD_CLEAN = _lines(_CLEAN)[1::2]
