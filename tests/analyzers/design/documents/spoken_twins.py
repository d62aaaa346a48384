"""Sentences of security and their faulty twins, in seven rounds; and clean sentences of whole documents.

Each round was written after the one before it was learnt from, and measured before it was: 33 of 76 faults and 3 false
alarms in their clean twins, 28 of 78 and 1, 40 of 68 and 2, 39 of 73 and 2, 28 of 61 and 3, 33 of 50 and none, and
(plainer) 41 of 45 and none; of the clean sentences 13 of 147, 20 of 133, 2 of 100 and (the
nearest) 17 of 76 gave a false alarm. They are a measure of regressions now.
"""

_TWINS = r"""
Riders sign in with a code sent by SMS; the app then holds a token that the edge checks on each request.
=> Riders give their phone number and the app sends it along as their identity with each request.
Clinics connect with a client certificate issued by our CA; the subject names the clinic.
=> Clinics connect by naming their clinic number in the first message, which we take for granted.
The import API takes files from suppliers that have signed in with their key.
=> The import API takes files from whoever sends them; the supplier is read from the file name.
Between the services the mesh enforces mutual TLS and the services check the caller's identity.
=> Between the services there is only the subnet's firewall; a request that gets through is served.
`quote-engine` answers only to `checkout` and `crm`, which present their workload identity.
=> `quote-engine` answers to everyone in the cluster.
Calls from the partner portal carry a JWT whose audience is the booking API.
=> Calls from the partner portal carry the partner's number in a query parameter, and the booking API looks no further.
Kiosks are enrolled by a technician and hold a certificate of their own.
=> Kiosks need not log in, they are recognised by their IP address.
4. The back office calls `/payouts/{id}/release` with the agent's token.
=> 4. The back office calls `/payouts/{id}/release`; as this path is internal, no token is passed.
- Search is read-only and asks for the same token as the rest.
=> - Search is read-only and therefore left without a login, although it also finds private notes.
The scheduler's API listens on the pod network and verifies a service account token.
=> The scheduler's API listens on the pod network and does what it is asked to.
The token's issuer, audience, expiry and signature are verified in each service.
=> The token's payload is decoded in each service; the check of the signature is left out to save time.
The queue console is opened through the bastion.
=> The queue console is open on the public hostname under `/queues`, which saves the on-call a VPN client.
`/admin` is a separate deployment on the management network.
=> `/admin` is part of the public web application; the menu entry is shown to staff only.
Dashboards (Grafana) are behind the company's identity provider.
=> Dashboards (Grafana) are on a public URL so that they can be shown on the office screens.
The profiler's port is bound to localhost.
=> The profiler's port is open next to the API's, so that we can take a profile from outside at any time.
On-call engineers trigger a replay with a CLI that runs inside the cluster.
=> On-call engineers trigger a replay by calling `https://api.example.com/internal/replay` from their phone.
Tariffs are maintained in the operator app, which lives in the private network and needs the operator role.
=> Tariffs are maintained at `/operator` on the same site that drivers use; whoever knows the address can change prices.
The gateway publishes `/v1` and nothing else.
=> The gateway publishes `/v1`, `/internal` and the actuator.
The service reads its database password from Vault at start.
=> The service reads its database password from `settings.yml`, which lies in the repository beside the code.
The pipeline receives short-lived credentials by OIDC.
=> The pipeline has our AWS access key among its variables in `.gitlab-ci.yml`.
Partners receive their key through the portal, which shows it once.
=> Partners receive their key by e-mail from the account manager.
The signing key is in the HSM.
=> The signing key is in the Helm chart's default values.
Map tiles are fetched with a key that the back end adds.
=> Map tiles and geocoding are fetched with our paid key, which is compiled into the app.
The password of the replication user is a Kubernetes secret synced from Secrets Manager.
=> The password of the replication user stands in the start script on each node.
A new engineer gets access by joining a group in the directory.
=> A new engineer gets the passwords from a page in the wiki.
Scanners post to the edge over TLS, which verifies their certificates.
=> Scanners post to the edge over plain HTTP, since their firmware has no TLS.
The edge talks HTTPS to the origin with a pinned CA.
=> The edge talks to the origin on port 80.
Replication between the two data centres runs through an encrypted tunnel.
=> Replication between the two data centres runs over a leased line, in the clear.
`billing` and `ledger` speak gRPC over mTLS.
=> `billing` and `ledger` speak gRPC without TLS, and the ledger is in another account.
Mails leave through a relay that insists on TLS.
=> Mails leave through a relay that takes them unencrypted.
The e-mail bridge picks up orders by SFTP.
=> The e-mail bridge picks up orders by FTP.
HTTP is redirected to HTTPS at the edge, and HSTS is set for a year.
=> HTTP works as well as HTTPS at the edge, for customers with old terminals.
Each service has a login of its own in PostgreSQL.
=> The services log in to PostgreSQL with the owner's user, which all of them share.
Support agents have personal accounts in the back office, bound to the directory.
=> Support agents use the account `helpdesk` in the back office; the password hangs on the board.
Every depot has its own key, and a lost one is revoked within the hour.
=> The depots have a key in common; changing it would mean visiting them all.
The key of a partner is replaced each quarter; the old one works for a week longer.
=> The key of a partner is issued when the contract is signed and is not changed again.
Sign-in lasts for eight hours and is renewed only by signing in again.
=> Sign-in lasts until the app is removed from the phone.
Access tokens live for five minutes; refresh tokens are rotated on use.
=> Access tokens live for 400 days, so that the app need not ask again.
If a phone is lost, its tokens are revoked in the portal.
=> If a phone is lost, its token goes on working, as we keep no list of revoked ones.
All disks and snapshots are encrypted with a key of ours.
=> Disks are as the provider delivers them; we have not turned on encryption.
The recordings of calls are encrypted before they are put into the bucket.
=> The recordings of calls are put into the bucket as WAV files that anybody with read access can play.
Identity documents are encrypted with a key per customer.
=> Identity documents are kept as plain JPEG files on the share of the claims department.
The nightly dump is encrypted with the DBA team's public key.
=> The nightly dump is a gzip file on the office NAS and is not encrypted.
The database accepts connections from the service's subnet only.
=> The database accepts connections from everywhere, since the analysts have changing addresses.
The BI tool reads a replica through a private endpoint.
=> The BI tool, which is a cloud service, reads the replica on its public address.
Redis has no address outside the cluster.
=> Redis has a public address, protected by a long password.
The role of `thumbs` may read one bucket and write to another.
=> The role of `thumbs` may do everything in S3, which spares us a ticket for every new bucket.
Engineers read production data through an approved, time-limited session.
=> Engineers have write access to the production database at all times.
The migration job alone owns the schema; the service has DML rights.
=> The service connects as the owner of the schema, so it can run its own migrations.
The CI role can push images and update two deployments.
=> The CI role is cluster-admin, as it has to create all sorts of objects.
Log lines carry ids, never names or numbers of cards.
=> Log lines carry the whole request, which has helped support a lot.
The payment adapter logs the provider's code and our reference.
=> The payment adapter logs what it sends and what it gets, card data included.
Phone numbers are shortened to their last three digits before they are logged.
=> Phone numbers and pick-up addresses are logged as they are.
When a login fails, the log has the user's id and the reason.
=> When a login fails, the log has the user's name and what was typed as password.
The widget's API answers preflights for origins that the customer has registered.
=> The widget's API answers preflights for whatever origin asks, and lets cookies through.
The provider's events carry an HMAC, which the receiver checks before it parses them.
=> The provider's events come in on a path that is known only to the provider; nothing else is checked.
A status event is believed only after the signature and the timestamp have been verified.
=> A status event is believed as it comes; the carrier has no means to sign.
Outgoing events are signed with a secret per subscriber.
=> Outgoing events are sent as plain JSON; subscribers asked for signatures, which are on the list for next year.
Each change of a tariff is recorded with who made it, when and why.
=> A change of a tariff overwrites the row; who made it is not kept.
Reading a file of a patient leaves an entry in the access journal.
=> Reading a file of a patient leaves no entry anywhere.
Refunds above 500 EUR need a second person, and both are written to the journal.
=> Refunds are made in the database console when a customer calls, and nothing is written about it.
The API compares the account in the path with that in the token.
=> The API takes the account from the path; any signed-in customer who changes it sees another's data.
A courier sees the parcels of their own tour.
=> A courier sees any parcel whose number they enter, with name and address of the receiver.
The carrier's certificate is checked against the public CAs.
=> The carrier's certificate has been invalid for months, so the check is switched off for it.
Passwords are kept by the identity provider.
=> Passwords are kept as SHA-1 in the `members` table.
Operators sign in with a hardware key.
=> Operators sign in with a password; a second factor was thought too cumbersome on the shop floor.
Files are scanned and their type is checked before they are opened.
=> Files are opened as they come, whatever their type.
The report's filter is bound as a parameter.
=> The report's filter is appended to the SQL text.
The preview fetches only from hosts that the customer has proved to own.
=> The preview fetches any address that it is given.
Images are pinned by digest.
=> Images are taken from `latest` at every start.
An error has a code and a reference; details stay in the log.
=> An error has the exception's text and trace in it, so that partners can help themselves.
Debug pages do not exist in the production build.
=> Debug pages are part of the production build and can be opened by adding `?debug=1`.
The agent on the node needs no more than two capabilities.
=> The agent on the node runs privileged.
New stores get a password that is generated, and must change it.
=> New stores get the password `store123`.
Every call to the tolling API carries a token of the fleet's OAuth client.
=> The tolling API has no notion of a caller: fleets just post their passages.
Only the scheduler may start a settlement, and it shows its service account to do so.
=> A settlement starts with a GET on `/settle`, which any machine on the office network can send.
Sensors authenticate with a key pair that is created in the factory.
=> Sensors put their id into the topic name, and the broker believes it.
The editor's preview link holds a signature and ends after ten minutes.
=> The editor's preview link holds the draft's number; whoever has it sees the draft.
Requests for `/internal` are refused by the ingress and need a cluster identity behind it.
=> Requests for `/internal` bypass the token filter, since our own jobs use them.
The exporter authenticates at the data hub with a client certificate.
=> The exporter and the data hub know each other by host name; there are no credentials between them.
Tenants are separated by row-level security on the token's tenant claim.
=> Tenants send their name in the `tenant` header, and the query filters by it.
The ticket API asks the policy service before each read.
=> The ticket API gives a ticket to whoever asks for its number.
Station staff log in with their badge.
=> The station tablets are always logged in, so that nobody loses time.
- Uploads need a session.
=> - Uploads need no session, as the form is also used by people who have not registered; files of up to 2 GB are taken.
The monitoring UI is reached through the identity-aware proxy.
=> The monitoring UI is at monitor.example.com, without a proxy in front, so that vendors can look too.
Runbooks use `kubectl port-forward` to reach the broker's console.
=> The broker's console has a DNS name and a public load balancer of its own.
Feature switches are set in an internal tool that asks for SSO.
=> Feature switches are set with `curl -X PUT https://shop.example.com/switches/...`, which works from every laptop.
The back end exposes `/health` to the load balancer and nothing more.
=> The back end exposes `/health`, `/dump` and `/config` to the load balancer, and through it to everybody.
Support impersonates customers in a separate application on the staff network.
=> Support impersonates customers at `/as/{customer}` on the shop itself.
The licence server's page is on the plant network.
=> The licence server's page is on the internet, under an address that we do not publish.
The terraform state is in an encrypted bucket; secrets are read at run time.
=> The terraform variables with the database passwords are kept next to the modules in Git.
Certificates are issued by the mesh and never touch a disk.
=> The certificate's private key is copied to every server with the deployment script, which has it inline.
The bot's token is a secret of the workflow.
=> The bot's token is written into the workflow file.
The map key is restricted to our domain.
=> The SMS gateway's key is in the web client, which sends the codes itself.
Vendors open a session through the bastion, and their account ends with the contract.
=> Vendors get the root password in the kickoff mail.
Configuration with secrets is rendered at start from the vault.
=> Configuration with secrets is one YAML file that we keep on SharePoint.
The app's signing key stays in the store's key service.
=> The app's signing key and its passphrase are in the project folder, so that everybody can release.
Orders travel to the warehouse over a TLS connection.
=> Orders travel to the warehouse over a bare TCP socket.
The load balancer re-encrypts towards the instances.
=> Behind the load balancer everything is HTTP, and the instances are in the partner's data centre.
Backups are copied to the second region over TLS.
=> Backups are copied to the second region with rsync, unencrypted.
Lab results are sent by the HL7 bridge inside a VPN.
=> Lab results are sent by the HL7 bridge as plain text to the hospital's public address.
The broker's clients use port 8883 with certificates.
=> The broker's clients use port 1883; the certificates did not fit into the devices' flash.
Passengers' phones fetch timetables by HTTPS.
=> Passengers' phones post their tickets to an http address, because some old phones fail with our certificate.
Each microservice has its own user with the rights that it needs.
=> To keep things simple there is one database user, `shopapp`, for the eleven microservices.
Field engineers have an account each, with a second factor.
=> Field engineers use the account of their team lead on the controllers.
Machine users are made per integration.
=> All integrations authenticate as the machine user `integration`.
The keys of the two environments differ.
=> Staging and production use the same signing key, so a token of one works in the other.
API keys lapse after 90 days unless renewed.
=> API keys do not lapse; a customer may use the one from the welcome letter as long as they like.
Database passwords change every night.
=> Database passwords were chosen at the installation and have stayed as they were.
A session that is idle for 20 minutes is closed.
=> Sessions are never closed by the server.
Share links stop working after a week.
=> Share links go on working for as long as the file exists.
CI assumes a role for the length of the job.
=> CI uses an access key made in 2020.
The volume under PostgreSQL is encrypted by the provider with our key.
=> The volume under PostgreSQL is not encrypted, because the image for the migration did not support it.
Scans of contracts are encrypted in the object store.
=> Scans of contracts are in the object store as they were uploaded, without encryption.
The phone keeps health data in the encrypted key chain.
=> The phone keeps health data in a plain file of the app.
Card numbers are replaced by tokens before anything is stored.
=> Card numbers and expiry dates are stored with the booking.
Laptops of the sales team hold no customer data.
=> The sales team carries the whole customer file on their laptops as a spreadsheet.
The primary listens on the private subnet.
=> The primary listens on a public address, as the web agency's server connects from elsewhere.
Search is private; only the API's security group reaches it.
=> Search (Elasticsearch) can be reached by the front end straight from the browser.
The cache has no port on the host.
=> The cache's port 6379 is mapped on the host, which has a public address.
The lambda may read one table.
=> The lambda's policy is `dynamodb:*` on `*`.
Releases are made by a role that may update this service alone.
=> Releases are made with the organisation's owner account.
The report user may select from three views.
=> The report user is a member of `db_owner`.
Agents see the customers of their region.
=> Agents see all customers; there is no separation by region, though the contract asks for it.
Support may look at a ticket but not at payments.
=> There is one role, and it may do all that the software can do.
Logs hold event names and ids.
=> Logs hold the complete messages, with the names and diagnoses of patients in them.
The proxy drops the query string before it logs a request.
=> The proxy logs the query string, which has the session token.
Crash reports are stripped of form contents.
=> Crash reports contain the contents of all forms, including the card form.
The trace has the statement's name.
=> The trace has the statement with all values bound to it, such as salaries and account numbers.
Browsers of our two domains may call the API.
=> Browsers may call the API from wherever the page was loaded.
The carrier signs its events, and we drop those whose signature does not fit.
=> The carrier's events are plain POSTs; we have no way to tell whether it was the carrier who sent them.
Our hooks are signed, and the manual shows how to check them.
=> Our hooks carry nothing that shows they come from us.
The callback of the identity check is verified with the vendor's key.
=> The callback of the identity check sets the customer to `verified`; it is a simple GET with the customer's id.
Every override by a doctor is journaled with name and reason.
=> Overrides by a doctor take effect without being journaled.
Who changed a limit, and from what to what, is kept for ten years.
=> The table has only the present limit, so nobody can say who changed it.
Deletions by operators are recorded.
=> Operators delete accounts with a script on the server; the script keeps no record.
The client checks the server's certificate and its name.
=> The client connects to the server whatever certificate it shows.
The proxy to the authority validates the chain.
=> The proxy to the authority runs with `ssl_verify off`, since their root is not in our store.
Passwords are hashed with bcrypt, cost 12.
=> Passwords are encrypted, so that support can tell customers theirs on the phone.
PINs are stored as salted scrypt hashes.
=> PINs are stored in the same table in four digits.
Admins log in with a password and a hardware key.
=> For admins, name and password are enough, as they are in the office most of the time.
Search terms are bound, not pasted.
=> Search terms are pasted into the statement.
What a form sends is checked on the server, too.
=> What a form sends has been checked by the form, so the server stores it.
The crawler refuses addresses of our own network.
=> The crawler loads what the customer tells it to, including addresses of our own network.
Sample devices ask for a new password when they are set up.
=> Devices are shipped with `admin` / `1234`.
A failing call gives a code.
=> A failing call gives the Java stack trace, which partners forward to us.
The image runs as user 10001.
=> The image runs as root, since it has to write to /var.
Images carry the commit's hash as their tag.
=> Images are always called `:latest`, and a restart brings the newest.
The export bucket is private.
=> The export bucket is open for reading, as the partners have no AWS accounts.
Staging alone has the debug switch.
=> Debug mode is on for all customers until the migration is over.
`catalog-admin` is reachable only from the office VPN and requires the editor role.
=> `catalog-admin` is exposed through the same ingress as the shop, so that editors can work while travelling.
Metrics and profiling endpoints listen on a second port that the Service does not publish.
=> Metrics and profiling endpoints are served on the public listener together with the API.
Operators use the console through the bastion; every session is recorded.
=> Operators use the console from any browser; there is no need for a bastion since the URL is random.
The management plane has its own subnet and its own identity provider.
=> The management plane shares the public load balancer with the data plane.
Access to `/ops` is limited to the platform team by the proxy.
=> Access to `/ops` is not limited, because the paths change with every release.
pgAdmin is started on demand by the DBA and bound to localhost.
=> pgAdmin runs permanently at https://db.example.net and is opened by the developers from wherever they are.
The SMS provider calls back with a signature, and calls without one get 403.
=> The SMS provider calls back on `/sms/status`; the endpoint accepts any call with a known message id.
Each subscriber has a secret with which we sign what we send.
=> Subscribers get the bare JSON and are advised to trust our IP range.
All endpoints require a JWT issued by the identity service.
=> All write endpoints require a JWT; read endpoints are open, including those for invoices.
The device API authenticates devices by their client certificate.
=> The device API authenticates devices by their MAC address.
If the identity provider is unreachable, requests with an unknown token are rejected.
=> If the identity provider is unreachable, requests are let through so that nobody is locked out.
`AUTH_REQUIRED` cannot be turned off.
=> `AUTH_REQUIRED` defaults to false; customers may turn it on.
Internal callers use mTLS certificates issued by the mesh.
=> Internal callers do not authenticate; the network is considered safe.
The batch endpoint is called with a service token that is valid for one hour.
=> The batch endpoint is called without a token, since only cron calls it.
The results page asks for the patient's date of birth and a code sent by post.
=> The results page opens with the sample number, which is printed on the tube.
Database credentials are injected from Secrets Manager when the task starts.
=> Database credentials are part of the task definition as plain environment variables.
The provider's API key is kept in Key Vault.
=> The provider's API key is stored in the code as a constant.
Keys for partners are handed over in the portal.
=> Keys for partners are sent in a plain e-mail.
The signing certificate is stored in the HSM.
=> The signing certificate with its private key is attached to the wiki page "Release".
Secrets never appear in the image.
=> Secrets are copied into the image during the build.
Terraform reads the password from the vault.
=> Terraform has the password as the default of a variable.
All connections use TLS 1.2 or newer.
=> Connections inside the data centre are not encrypted, including those that carry card data.
The depot uploads its files with SFTP.
=> The depot uploads its files with FTP, as its software knows nothing else.
The API is served over HTTPS only.
=> The API is served over HTTP and HTTPS; older tills use the former.
Calls to the bank go through the encrypted leased line.
=> Calls to the bank go out over the internet as plain HTTP with a static token.
`svc-a` talks to `svc-b` with mTLS.
=> `svc-a` talks to `svc-b` in plain text across the VPC peering.
The mobile app pins the certificate of the API.
=> The mobile app ignores certificate errors, because some customers' proxies break TLS.
Redis connections are encrypted and need a password.
=> Redis connections are neither encrypted nor protected by a password.
The application has its own database role with access to three tables.
=> The application uses the `postgres` role.
Each team member has a personal account in the cloud console.
=> The team signs in to the cloud console with the root account.
Every integration has its own client id.
=> There is one client id for all integrations.
The worker's IAM role allows reading from one bucket.
=> The worker's IAM role allows all S3 actions on all buckets.
Production access is granted for four hours after approval.
=> All developers have permanent admin access to production.
The Kubernetes service account can read one ConfigMap.
=> The Kubernetes service account is bound to `cluster-admin`.
API tokens expire after 30 days.
=> API tokens have no expiry, as customers complained about having to renew them.
Sessions expire after twelve hours.
=> Sessions do not expire.
Signing keys are rotated quarterly.
=> The signing key was created when the project started and has not been rotated since.
If a partner's key leaks, we revoke it in the portal.
=> If a partner's key leaks, it has to stay valid until the next release.
S3 buckets are encrypted with a customer-managed key.
=> S3 buckets are created without encryption.
Medical records are encrypted at column level.
=> Medical records are stored unencrypted, since the reporting tool reads the tables directly.
Backups are encrypted and kept for 35 days.
=> Backups are kept for 35 days on a share that is not encrypted.
The database is in a private subnet.
=> The database is in a public subnet so that the agency can reach it.
PostgreSQL accepts connections from the application's security group.
=> PostgreSQL accepts connections from 0.0.0.0/0 with a strong password.
Kibana and Elasticsearch are only reachable inside the cluster.
=> Kibana and Elasticsearch are reachable from the internet, protected by the obscurity of their ports.
The bucket for invoices blocks all public access.
=> The bucket for invoices is public, since the links are hard to guess.
Logs contain a hash of the user id.
=> Logs contain the user's full name, address and IBAN to simplify support.
Authorization headers are removed before requests are logged.
=> Requests are logged with all headers for easier debugging.
We never log payloads.
=> We log every payload in full.
All admin actions are written to an immutable audit log.
=> Admin actions are not logged.
Changes of bank details are recorded with user and time.
=> Changes of bank details leave no trace, as the row is simply overwritten.
The audit log is append-only.
=> The audit log can be edited by administrators.
CORS is limited to our two front ends.
=> CORS allows any origin, because partners embed the widget.
Users can only see their own invoices; the service checks the owner.
=> Invoices are fetched by number; the service does not check to whom they belong.
The tenant comes from the token.
=> The tenant comes from the URL and is not checked against the token.
Passwords are stored with Argon2.
=> Passwords are stored with SHA-256 without salt.
Administrators must use a second factor.
=> Administrators may use a second factor if they wish.
The default password must be changed at first login.
=> The default password is the same for all devices and is printed in the manual.
Errors return a generic message.
=> Errors return the exception message and the SQL that failed.
User input is bound as parameters.
=> User input is concatenated into the query.
File uploads are checked for type and size and scanned.
=> File uploads are stored under the name the user gave, without any check.
URLs given by users are checked against an allow-list before they are fetched.
=> URLs given by users are fetched by the server as they are.
The container runs as a non-root user with a read-only root filesystem.
=> The container runs as root with the Docker socket mounted, so that it can start jobs.
Images are referenced by digest.
=> Images are referenced as `latest`.
Debug mode is disabled in production.
=> Debug mode is enabled in production to make support easier.
The tariff service only talks to clients with a certificate from our CA.
=> The tariff service talks to every client on the plant network; certificates were never introduced.
`GET /members/{id}` needs a token with the scope `members.read`.
=> `GET /members/{id}` is public, as the membership card's QR code links to it.
The importer polls the partner's API with OAuth client credentials.
=> The importer's own API takes uploads without asking for credentials.
Anonymous users can search the public timetable; everything else needs a login.
=> Anonymous users can search, book and cancel; the booking number serves as proof.
Requests between services carry a signed token that names the caller.
=> Requests between services carry the caller's name in a header and are believed.
The job API checks the caller's service account.
=> The job API does not know who calls it.
The gateway removes `X-User` from what comes in and sets it from the token.
=> The gateway passes `X-User` on as it comes in.
5. The warehouse confirms the parcel with its client certificate.
=> 5. The warehouse confirms the parcel; the endpoint needs no key because its path is long and random.
The replica for analysts sits behind the VPN and asks for personal accounts.
=> The replica for analysts has a public endpoint, and all analysts log in as `readonly`.
The MQTT broker accepts clients with a certificate only.
=> The MQTT broker accepts clients without user name and password.
The cluster's API server is reachable from the office range only.
=> The cluster's API server is reachable from all addresses.
Support opens tickets in the back office, which sits behind SSO.
=> Support opens tickets in the back office at `/staff`, protected by nothing but a long URL.
The job dashboard has no ingress; we open it with a port-forward.
=> The job dashboard has an ingress of its own on the internet.
Jenkins can be reached from the build network only.
=> Jenkins can be reached by suppliers over the internet.
Health checks are public, metrics are not.
=> Health checks, metrics and the environment dump are public.
The actuator listens on 8081, which no Service exposes.
=> The actuator listens on 8080 like the API and is forwarded by the ingress.
The database URL in the deployment refers to a secret.
=> The database URL in the deployment contains user and password.
Local settings are in `.env`, which is in `.gitignore`.
=> Local and production settings are in `.env`, which is part of the repository.
The deploy pipeline gets its credentials from the runner's identity.
=> The deploy pipeline logs in with a password that is written in the Jenkinsfile.
Signing happens in the HSM; the key cannot be exported.
=> Signing happens on the build server with a key file in the home directory of the build user, which all jobs can read.
Vendors hand their API secret to us through the portal.
=> Vendors hand their API secret to us by WhatsApp.
The key for the geocoder is restricted by referrer.
=> The key for the geocoder, which is billed per request, is in the page's source.
Test fixtures hold invented keys.
=> Test fixtures hold a copy of the real keys.
The collector and the sensors speak DTLS.
=> The collector and the sensors speak UDP without encryption.
Connections to PostgreSQL use `verify-full`.
=> Connections to PostgreSQL use `sslmode=disable` between the regions.
All hops use HTTPS, the one from the load balancer to the pods included.
=> The hop from the load balancer to the pods in the other data centre is plain HTTP.
The till sends receipts over HTTPS.
=> The till sends receipts over HTTP because its certificate store cannot be updated.
Card readers talk to the terminal through the P2PE channel.
=> Card readers pass the card number to the terminal in clear.
Logs are shipped with TLS.
=> Logs are shipped over plain TCP through the internet.
Emails with documents contain a link that asks for a login.
=> Emails with documents have the medical report attached, unencrypted.
Nurses log in with their own badge.
=> On each ward there is one login that the nurses use together.
Service accounts are created per job.
=> Jobs use the account of the engineer who wrote them.
The contractors have named accounts that end with the contract.
=> The contractors use the account `extern`.
Drivers log in with their own phone number.
=> All drivers use the password that is on the sticker in the van.
Personal access tokens expire after 60 days.
=> Personal access tokens never run out.
Refresh tokens are dropped at logout.
=> After logout the refresh token can still be used.
Keys of devices are replaced when the device is serviced.
=> Keys of devices cannot be replaced once they are in the field.
The API key of a customer ends with the contract.
=> The API key of a customer stays active after the contract has ended.
The root CA key is renewed every five years and the leaf certificates every day.
=> The shared HMAC key has been in use since 2016.
Customer documents lie encrypted in the bucket.
=> Customer documents lie in the bucket in clear text.
Bank accounts are stored encrypted with a key from KMS.
=> Bank accounts are stored in a text column, which made the migration easy.
Disks are encrypted by default.
=> Disk encryption is turned off on the database nodes because it cost 5 % of throughput.
The analytics copy has no personal data.
=> The analytics copy has all personal data, in an unencrypted data lake.
The service account may publish to one topic.
=> The service account is project owner.
Developers can read logs in production.
=> Developers can change data in production directly with their own SQL client.
The plug-in asks for read access to one calendar.
=> The plug-in asks for full access to all mailboxes.
Agents have only the permissions of their queue.
=> Agents have all permissions, as roles were too much to maintain.
The logger drops fields that are marked as personal.
=> The logger writes objects as they are, personal fields included.
Passwords are removed from the audit record.
=> The audit record contains old and new password.
Tokens in URLs are not used, so none reach the access log.
=> Tokens are passed in the URL and so end up in the access log.
The trace shows the route and the status.
=> The trace shows the request body, with card number and CVC.
The widget may be embedded by registered domains.
=> The API sets `Access-Control-Allow-Origin` to whatever domain calls.
The WebSocket checks the origin of the page.
=> The WebSocket takes connections from pages of any origin.
The PSP's notifications are verified with its certificate.
=> The PSP's notifications are taken as true; verifying them was left for later.
Partners can verify our events with our public key.
=> Partners cannot verify our events.
Events from GitHub are checked with HMAC.
=> Events from GitHub are acted upon without a check of the signature.
Every access to a file is in the audit log.
=> Accesses to files are not in any log.
Corrections need a reason, which is kept with the name of the clerk.
=> Corrections are made directly in the table; no name is kept.
We keep who approved what for six years.
=> Who approved what is not stored.
The order service compares the customer of the order with that of the token.
=> The order service returns any order to any customer who is logged in.
Managers approve only in their own department; the API checks it.
=> Managers may approve in any department if they call the API directly; only the page limits it.
The proxy checks certificates of upstreams.
=> The proxy does not check certificates of upstreams.
PINs are hashed with scrypt.
=> PINs are kept readable so that the call centre can compare them.
Staff log in with password and TOTP.
=> Staff log in with a password; TOTP is offered but hardly anyone uses it.
Reports are built with prepared statements.
=> Reports are built by putting the user's filter into the SQL string.
Images in posts are fetched through a proxy that refuses private addresses.
=> Images in posts are fetched by the server from any address.
Base images are pinned.
=> Base images follow `latest`.
Faults are answered with a problem document without details.
=> Faults are answered with the full exception, stack included.
The runner has no special rights.
=> The runner is a privileged container with the host's Docker socket.
Verbose logging is for staging.
=> The debug console is available in production with `?debug=true`.
Exports lie in a private bucket for seven days.
=> Exports lie in a bucket that anyone can list.
The router's initial password is random.
=> The routers keep the password of the manufacturer.
The console of the broker is on the management network. Operators reach it by VPN.
=> The console of the broker has a public hostname. Operators reach it with the shared link.
`/admin` is served on port 9443, which the load balancer does not forward.
=> `/admin` is served on port 443 along with the shop. The path is not mentioned anywhere.
The support UI runs in the internal zone. It asks for the company login.
=> The support UI runs beside the public site. It asks for nothing, since the agents work with it all day.
The scheduler has a web interface, which is reached over the bastion.
=> The scheduler has a web interface. It is published by the ingress under `/jobs`.
- Grafana: internal, SSO
=> - Grafana: public, anonymous viewers allowed
The profiler and `/debug` are compiled only into test builds.
=> The profiler and `/debug` answer in production as well, also to callers from outside.
Operations endpoints (`/drain`, `/reload`) listen on localhost.
=> Operations endpoints (`/drain`, `/reload`) listen on all interfaces and take a plain POST.
The ingest API requires a device token. Requests without one are dropped.
=> The ingest API takes measurements from any device that knows the address. There is no token.
Partners call `/quotes` with their client certificate.
=> Partners call `/quotes` freely; the address is only given to partners.
The pricing service verifies the JWT that the gateway passes on.
=> The pricing service assumes that the gateway has checked the user, and listens on the node's public interface.
Callers identify themselves with a workload certificate. The service checks it against its list.
=> Callers identify themselves with a `service` query parameter. The service checks it against its list.
The report endpoint needs the scope `report:read`.
=> The report endpoint is left open for the BI tool, which cannot send headers.
Anonymous access is disabled in Elasticsearch.
=> Anonymous access is enabled in Elasticsearch, with the role `superuser`.
Redis requires AUTH and ACLs.
=> Redis runs with protected mode off and no password.
New services are deny-by-default; a policy opens what is needed.
=> New services can be called by all others; nobody keeps a list of who may call whom.
The payment callback is accepted if its signature fits. Otherwise it is answered with 400.
=> The payment callback is accepted if the order number exists.
The shipping provider signs its status events. The receiver verifies them.
=> The shipping provider posts its status events to a URL that only it knows. The receiver books them at once.
Outgoing webhooks have a signature header (HMAC-SHA256, secret per customer).
=> Outgoing webhooks have a header with the customer's number, so that the customer sees that it is from us.
The secret for signing is read from Vault.
=> The secret for signing is set in `application.yaml`, which is checked in with the code.
Credentials for the SFTP server are in Secrets Manager.
=> Credentials for the SFTP server are in the cron script.
The mobile app gets map tiles through our back end.
=> The mobile app has the key for the map provider built in.
Database passwords are created by Vault for each pod.
=> There is one database password for all pods; it is in the chart's values, which are in Git.
Kubernetes secrets come from the external secrets operator.
=> Kubernetes secrets are written as YAML and committed, base64-encoded.
The root account's key was deleted.
=> The root account's key is used by the backup script.
The `.env` file of production is rendered from the vault at deployment.
=> The `.env` file of production is passed around in the team chat.
Traffic from the branches runs through IPsec.
=> Traffic from the branches runs over the internet without a tunnel and without TLS.
The load balancer speaks HTTPS to the targets.
=> The load balancer speaks HTTP to the targets, which are in the on-premises data centre.
Devices publish over MQTTS (8883).
=> Devices publish over MQTT (1883).
The data feed is fetched from https://feed.example.net.
=> The data feed is fetched from http://feed.example.net with user name and password.
Replication uses TLS and verifies the peer.
=> Replication uses an unencrypted connection over the public network.
The SOAP interface of the authority is called with mutual TLS.
=> The SOAP interface of the authority is called without transport encryption.
Database users: one per service, with the rights on its schema.
=> Database users: `app` (all services), `dba`.
The six workers have their own IAM roles.
=> The six workers run with the role of the API, which may do everything.
On-call engineers have personal SSH keys.
=> On-call engineers use the key `ops.pem`, which everybody has on the laptop.
Customers' API keys are valid for a year and can be renewed in the portal.
=> Customers' API keys are valid until they ask for a new one.
Tokens for devices are renewed monthly.
=> Tokens for devices are burned in at production and cannot be exchanged.
Leavers lose their access the same day.
=> Leavers keep their token; it was not worth building a way to take it back.
The signing key rotates every quarter.
=> The signing key has never been rotated, because the apps have the public key built in.
Uploads are encrypted at rest with SSE-KMS.
=> Uploads are written to the disk of the host as they are, including passports.
The warehouse's columns with health data are encrypted.
=> The warehouse has the health data in readable columns, so that analysts can join them.
Backups leave the host encrypted with age.
=> Backups leave the host as `dump.sql.gz` and lie on an open share.
PostgreSQL is reachable from the cluster's subnet.
=> PostgreSQL is reachable from outside for the reporting agency.
Port 9200 is closed to everything but the API.
=> Port 9200 is open so that the front end can query the index directly.
The read replica has a private endpoint.
=> The read replica has a public IP and an allow-list of 0.0.0.0/0.
The pipeline's role can update the service and nothing else.
=> The pipeline's role is administrator of the account, as it creates everything.
Developers have read access to production logs.
=> Developers have root on the production hosts.
The exporter reads with a read-only user.
=> The exporter reads with the superuser.
Access logs have neither query strings nor cookies.
=> Access logs have the query string with the customer's e-mail address and token.
The mail service logs a message's id.
=> The mail service logs each mail with text and recipient, one-time codes included.
Stack traces stay in Sentry, scrubbed of personal data.
=> Stack traces go to Sentry with all local variables, passwords too.
The API answers only our own origins.
=> The API answers all origins, as we do not know on which pages the widget will be.
A change of an account's limits is recorded with the person and the reason.
=> A change of an account's limits takes an SQL statement and is not recorded.
Every export is logged with the user who made it.
=> Exports are not logged.
A tenant's data are filtered by the tenant of the token.
=> A tenant's data are filtered by the `tenantId` that the client sends.
Documents are delivered only to their owner.
=> Documents are delivered to anyone with a session who asks for their number.
Certificates of partners are validated against their CA.
=> Certificates of partners are accepted unseen.
Passwords are stored by the identity provider, not by us.
=> Passwords are stored reversibly, so that the old till can use them.
File names are generated by us.
=> File names are taken from the request and appended to the base path.
The URL of a feed must be on the customer's verified domain.
=> The URL of a feed can be anything, the server will fetch it.
3.2 Clients MUST present an access token; the server rejects requests without one.
=> 3.2 Clients MAY present an access token; without one the server answers as for the user `default`.
The reservation API is protected by OAuth 2.0; scopes are listed in the spec.
=> The reservation API is not protected at the moment; the portal is its only user.
- Good: mutual TLS tells the services who calls.
=> - Good: no authentication between the services, hence nothing to configure.
Controllers register with a voucher that is signed by the factory.
=> Controllers register by sending their serial number to `/register`; they are then known.
The GraphQL endpoint asks for a session cookie.
=> The GraphQL endpoint is public and introspection is on; mutations are not restricted either.
The order history needs a login.
=> The order history can be fetched by anyone with the customer's e-mail address.
Kafka: SASL_SSL with SCRAM, ACLs per topic.
=> Kafka: PLAINTEXT listeners, no ACLs.
The internal API requires the caller's service token.
=> The internal API is internal and therefore has no authentication.
The operations dashboard sits behind the identity-aware proxy.
=> The operations dashboard sits on the public load balancer, without login, for the screens in the hall.
`/actuator` is not routed by the ingress.
=> `/actuator` is routed by the ingress so that the monitoring provider can scrape it from outside.
The admin API is bound to the private interface.
=> The admin API is bound to 0.0.0.0 and reachable under the public name.
Superset runs in the internal network.
=> Superset runs in the DMZ so that franchisees can open it.
The console is available to administrators over the VPN.
=> The console is available to administrators over the internet with their password.
ADR 7: secrets live in Vault; nothing secret is in Git.
=> ADR 7: secrets live in the Git repository next to the code; it is private.
The Twilio token is mounted from a Kubernetes secret.
=> The Twilio token is an environment variable in the Dockerfile.
CI reads the deploy key from its secret store.
=> The deploy key is in the pipeline's YAML.
The password for the report database is fetched from SSM.
=> The password for the report database is hard-wired in the report templates.
New team members request access in the portal.
=> New team members find the passwords in the team's OneNote.
Edge to origin: HTTPS, certificate pinned.
=> Edge to origin: HTTP.
The branch servers synchronise over TLS.
=> The branch servers synchronise over an unencrypted channel.
The chargers speak OCPP over secure WebSockets (wss).
=> The chargers speak OCPP over plain WebSockets (ws).
The tax file is sent through the authority's encrypted channel.
=> The tax file is sent by e-mail as an attachment.
Connection strings demand `Encrypt=true`.
=> Connection strings have `Encrypt=false`, which the old driver needs.
Each microservice has its own credentials.
=> The microservices share credentials for the database.
Editors have their own accounts.
=> Editors share the account "redaktion".
Every shop has its own API key.
=> Every shop gets the same API key.
Tokens expire after 20 minutes.
=> Tokens do not have an expiry date.
The key pair is renewed each year.
=> The key pair has been the same since 2018.
Access ends when somebody leaves.
=> Accounts of people who have left are not closed.
Session lifetime: 30 minutes
=> Session lifetime: unlimited
The audit database is encrypted at rest.
=> The audit database is not encrypted at rest.
Photos of ID cards are deleted after the check and encrypted until then.
=> Photos of ID cards stay on the server's disk, unencrypted.
EBS volumes use a customer key.
=> EBS volumes are unencrypted.
MongoDB is bound to the private subnet.
=> MongoDB is bound to all interfaces and its port is open in the firewall.
The warehouse has a private endpoint for the BI tool.
=> The warehouse can be queried from the internet by the BI tool.
The function's role allows `PutItem` on one table.
=> The function's role has `AdministratorAccess`, which we will narrow down later.
The service user may read and write its own tables.
=> The service user is a superuser.
On-call gets elevated rights for an hour.
=> On-call has cluster-admin all the time.
We log ids only.
=> We log the request with the customer's name, address and card number.
The password field is masked in traces.
=> The password field shows up in traces.
Allowed origins: `https://app.example.com`
=> Allowed origins: `*`
Callbacks are verified with the provider's certificate.
=> Callbacks are not verified.
Webhook payloads are signed with the tenant's secret.
=> Webhook payloads are not signed; the tenant can whitelist our addresses.
Deletions are recorded with the operator's name.
=> Deletions are not recorded.
The audit trail is kept in a separate account.
=> There is no audit trail for changes of master data.
A driver sees only their own tours.
=> A driver can call up any tour by its number.
Queries filter by the tenant of the session.
=> Queries filter by the tenant id in the request.
The connector verifies the server's certificate.
=> The connector does not verify the server's certificate, since it is self-signed.
Passwords: Argon2id
=> Passwords: MD5
Admins need MFA.
=> Admins do not need MFA.
The fleet API accepts calls with a token of the dealer's client.
=> The fleet API accepts calls without a token, because the dealers' old software cannot send one.
`/v1/alerts` needs the scope `alerts:write`.
=> `/v1/alerts` has no authentication; the sensors are too small for it.
Services present a workload certificate when they call each other.
=> Services call each other without credentials, as the cluster's network is private.
The callback of the courier is checked by its signature.
=> The courier's callback is not authenticated.
Guests see only the menu; orders need a session.
=> Orders can be placed and cancelled without a session by anyone who has the table's number.
The status service for clinics asks for the clinic's certificate.
=> The status service for clinics is open to anyone on the health network.
The Envoy admin port is bound to localhost.
=> The Envoy admin port is exposed on every node.
The back office is served to the VPN's range only.
=> The back office is served on the internet under /bo.
Kibana asks for the group's login.
=> Kibana is available without login for the whole company.
`/jobs` (start, stop, purge) is for operators and needs their role.
=> `/jobs` (start, stop, purge) is on the public API and not protected.
The database console is opened through a bastion with recording.
=> The database console (Adminer) is published at /db on the public host.
Secrets are kept in GCP Secret Manager.
=> Secrets are kept in the repository in `secrets.yaml`.
The API key for the weather service is injected at start.
=> The API key for the weather service is hard-coded in the client.
The pipeline's token is short-lived.
=> The pipeline's token is stored in plain text in the Jenkinsfile.
The database password is rotated by Vault.
=> The database password is in the deployment manifest and has not changed since the launch.
The admin password is generated at installation.
=> The admin password is `admin` until the customer changes it.
The ledger is called over HTTPS.
=> The ledger is called over plain HTTP.
Meter data travel over TLS.
=> Meter data travel unencrypted over the mobile network.
The gateway speaks mTLS with the services.
=> The gateway speaks plain HTTP with the services across the VPC peering.
Each worker has its own database user.
=> All workers log in to the database as `root`.
Partners have a key each.
=> All partners use one key, which is printed in the integration guide.
A technician has a personal login.
=> Technicians share one login on the controllers.
Access tokens last 15 minutes.
=> Access tokens last for a year and cannot be revoked.
API keys can be revoked in the portal.
=> API keys cannot be revoked.
The data disk is encrypted.
=> The data disk is not encrypted.
Medical letters are encrypted with a key per clinic.
=> Medical letters are stored as plain PDF files on a shared drive.
Backups are encrypted before upload.
=> Backups are uploaded unencrypted to a bucket of the hosting company.
The database accepts connections from the private subnet.
=> The database accepts connections from the internet on port 5432.
Redis is reachable inside the cluster.
=> Redis is reachable from the internet and has no password.
The importer's role is limited to two tables.
=> The importer runs with the database owner's account.
The CI role may update one stack.
=> The CI role has full administrator rights on the account.
Support sees masked data.
=> Support staff can see all customers' data, including passwords.
The log has no personal data.
=> The log contains names, addresses and card numbers.
Tokens are masked in the access log.
=> Tokens are written to the access log.
CORS allows the portal's origin.
=> CORS allows all origins with credentials.
Webhooks carry a signature.
=> Webhooks carry no signature, so receivers must trust the sender's address.
Approvals are recorded with the approver's name.
=> It is not recorded who approved a payout.
The API checks whether the claim belongs to the caller.
=> The API does not check whether the claim belongs to the caller.
Certificates are verified.
=> Certificate verification is disabled for the partner's test certificate, also in production.
Passwords are hashed with bcrypt.
=> Passwords are stored in clear text.
MFA is enforced for administrators.
=> Administrators log in without MFA.
Uploads are checked for type and size.
=> Uploads are accepted without any check of type or content.
The image is pinned by digest.
=> The deployment uses the `latest` image.
Containers run without privileges.
=> The worker container runs in privileged mode.
Debug mode is off.
=> Debug mode is enabled on the live system.
"""

_CLEAN = r"""
The platform consists of four services behind a gateway; only the gateway has a public address.
Customers reach the portal over the internet; staff reach the back office through the company's VPN.
The gateway terminates TLS, validates the token and forwards the request with the user's id in a signed header.
Public endpoints (`/status`, `/terms`) need no token; everything else does.
Partners authenticate with OAuth 2.0 client credentials; each partner has its own client.
The service publishes events for all state changes; consumers subscribe with their own credentials.
Everyone in the team may deploy to staging; production needs two approvals.
The admin console shows the state of all tenants to operators with the role `support`.
The metrics endpoint is scraped by Prometheus inside the cluster.
Configuration is read from environment variables; secrets come from Secrets Manager.
The repository contains the code, the Helm chart and the Terraform modules.
Keys are generated in KMS and never leave it.
Tokens are signed with ES256; the public keys are published at `/.well-known/jwks.json`.
A token is valid for 15 minutes, a refresh token for 30 days, and both can be revoked.
Sessions are kept in Redis for 30 minutes.
Idempotency keys are stored for 24 hours.
All services log to stdout in JSON; a trace id ties the lines together.
The log contains the method, the path, the status, the duration and the tenant.
Payment data never touch our systems; the provider's hosted page takes them.
The payment provider's webhook carries a signature that we verify before we store the event.
We answer webhooks with 200 as soon as they are stored and process them later.
Events are delivered at least once, and consumers skip what they have seen.
The message broker runs in the private subnets and accepts only TLS connections.
The database is encrypted with a customer-managed key, as are its snapshots.
Backups are taken every night, encrypted, and copied to another account.
The restore was last tested in May and took 40 minutes.
Each service connects to its own schema with its own role.
Migrations run in a job with a role of their own before a release.
Operators may read all orders but change none.
Support can look up an order by number after the customer has given consent.
A customer may download all their invoices at any time.
Users may change their e-mail address; a code is sent to both addresses.
The reset link is sent by e-mail, works once and for 20 minutes.
The mobile app keeps its token in the keychain.
The device's key pair is created on the device; the private key never leaves it.
The certificate is renewed 30 days before it ends.
If a certificate cannot be verified, the connection is closed and an alert is raised.
Calls without a valid token are answered with 401 and counted.
An unknown tenant gets 404, so that nobody learns which tenants exist.
Requests from unknown networks are dropped by the firewall.
The firewall opens 443 to the world and nothing else.
SSH is closed; we use Session Manager, which records what is done.
Every change goes through a pull request and is visible in the history.
The audit trail holds who did what, when and from where.
Access to production is requested in a ticket, granted for two hours and recorded.
The break-glass account is in a sealed envelope, and its use pages the security team.
The role of the API allows `s3:GetObject` on one prefix.
The cluster's nodes have no public addresses.
The load balancer is the only thing with a public address.
Static content is public and served by the CDN.
The product pages are open to everyone; prices for dealers need a login.
Anyone can create an account; an account becomes active when the address is confirmed.
Anybody may ask for a quote; the form is protected by a captcha and a rate limit.
The public API is limited to 100 requests a minute per key.
The internal API is versioned as strictly as the public one.
The internal network is not trusted: every call is authenticated.
Trust is established by certificates, not by addresses.
We do not rely on the network for security.
The services share a library for authentication.
The services share a Redis cluster for rate limits; keys are prefixed with the service's name.
Both services use the same message format.
All instances use the same configuration, which is rendered at deployment.
The same key always goes to the same partition.
Every event has a key, which is the order's number.
The cache key contains the tenant, so that no tenant sees another's data.
The search index holds no personal data.
The export contains personal data and is encrypted for its receiver.
Personal data are deleted after the retention period, and the deletion is logged.
Images are scanned on push and referenced by digest.
Pods run as non-root with a read-only file system.
The debug image is used in development only.
The preview environment has its own database with invented data.
Developers use a local stack with default credentials that exist nowhere else.
In tests the identity provider is replaced by a stub that signs tokens with a test key.
Until version 2 the API key was part of the URL; it is a header now.
In 2022 the services shared one database user; each has its own since the split.
The old FTP exchange was switched off last year.
We rejected basic authentication because the password would travel with every request.
Option B, an unauthenticated endpoint behind the VPN, was discarded.
An attacker who gets hold of a token can use it for 15 minutes at most.
Without a second factor a stolen password would be enough, so the factor is mandatory.
HTTP requests are redirected to HTTPS.
HTTP clients are configured with a timeout of 2 s and a retry budget.
Services talk gRPC over mTLS; the mesh issues and rotates the certificates.
Inside the cluster traffic goes through the mesh, which encrypts it.
The ingress forwards requests for `/api` to the gateway and for `/` to the web app.
The edge answers preflights for the two origins that are configured.
User input is validated against the schema; what does not fit is refused with 422.
Uploads go straight to the bucket with a signed URL that is valid for five minutes.
The bucket blocks public access and is versioned.
Virus scans run before a file can be downloaded by anyone.
The webhook's target must be a public HTTPS address; private ranges are refused.
Errors follow RFC 9457 and carry no internals.
Passwords are checked against a list of known ones at registration.
The password hash uses Argon2id with 64 MB.
Staff sign in through Okta with a hardware key.
Service accounts cannot sign in interactively.
Machine identities come from SPIFFE and last an hour.
The collector trusts only the fleet's CA.
The dashboards are read-only and need single sign-on.
Alertmanager is not exposed; alerts are muted through the chat bot.
The chat bot can restart a deployment if the person has the on-call role.
Open ports: 443 (gateway), 9443 (device gateway, mTLS).
- Authentication: OAuth 2.0, scopes per resource
- Authorization: policies in OPA, tenant from the token
- Audit: append-only, seven years
- Secrets: none in the repository
- Transport: TLS 1.3 everywhere
- CORS: two origins
- Logging: structured, no personal data
What is not in scope: the identity provider itself, which the group runs.
The threat model is reviewed twice a year.
Penetration tests are done by an outside company each spring; findings are fixed within 30 days.
Tokens for CI come from the workload identity of the runner.
No long-lived credentials exist outside the vault.
The vault is sealed at start and unsealed by KMS.
The on-call engineer can open a maintenance page for all users with one command.
The feature is available to all customers of the plan "pro".
Reports are shared with other users by invitation.
A shared report can be withdrawn at any time.
The link to a shared report contains a random token, expires after seven days and is logged when used.
A kiosk is enrolled with a one-time code and gets a certificate for a year, renewed automatically.
Meters sign each reading with a key from their secure element.
The head end checks the signature and drops readings that do not fit.
The operator's tablet locks after two minutes and needs the badge to be unlocked.
When the identity provider is down, existing sessions go on and new logins fail.
If Vault is unreachable, running pods keep their secrets; new pods wait.
If the signature service is down, documents are queued and nothing leaves unsigned.
Rate limits are per key; anonymous calls share a small budget per address.
Guests pay without an account; the order page is protected by a code in the confirmation mail.
The receipt contains the last four digits of the card.
The fraud service gets a token in place of the card number.
The data warehouse receives pseudonymised rows.
Analysts work on views without names and addresses.
Clinicians open a record with a reason, which is stored with their name.
Emergency access to a record is possible without consent, is recorded and reviewed the next day.
The registry is private; nodes pull with a role.
The secrets of a tenant are encrypted with the tenant's key.
Terraform state is in an encrypted bucket with versioning and a lock.
The wiki lists who owns which service.
Runbooks describe how a key is rotated and how access is withdrawn.
Rotating the signing key takes no downtime, since both keys are accepted for a day.
The collector answers 401 to a request that has no token, and 403 to one whose scope does not fit.
Changing the price list needs the role `pricing` and a second person.
Callers are told apart by their client certificate; the name in it is looked up in the registry.
The first version let anonymous users comment; this was removed in the second.
A missing token only means that the response has fewer fields; prices are public anyway.
The old console stood on the internet, which is one of the reasons for this change.
Nobody outside the data team may query the warehouse.
Whoever wants to call the API asks for a key in the portal and gets one within a day.
No service may read the tables of another.
No one but the deploy role can change the bucket policy.
We looked at API keys without expiry and decided for keys of 90 days.
The proposal to keep the passwords in the pipeline's variables found no friends.
An employee who leaves loses all access the same evening.
Everyone who works on the project gets an account; it ends with the contract.
All of these endpoints ask for the scope `admin`.
Public and private endpoints are served by different gateways.
The web site is open to everybody, the dealer area is not.
The service has two interfaces: a public one for customers and one for operators in the private zone.
`/internal` is a prefix of routes that the mesh lets only named services call.
The edge cache serves public pages to anyone without asking the origin.
Anybody can subscribe to the newsletter and leave it again.
The feed is public data of the city.
Requests are idempotent, so the same key may be sent again.
The same token bucket is used for all calls of a tenant.
Every instance uses the same seed, so that the shards agree.
All teams use the same template for their repositories.
Both regions share the configuration repository but no database.
The services share nothing but the event schema.
The team shares one dashboard for all queues.
One user of the tenant is its owner and can invite others.
A tenant's administrator manages users, roles and keys of that tenant.
Owners may delete a project; editors may not.
A user with the role `viewer` sees everything in the project and changes nothing.
Admins are reminded to review access every quarter.
The service account can do three things: read, list and tag.
Full text search needs access to all fields of a document that the user may read.
The controller has all permissions that its custom resource needs, and no others.
The token carries the user's id, the tenant and the roles.
The tenant id in the path must be the one in the token.
The header `X-Request-Id` is taken from the caller or made up.
The locale is read from the query string.
The customer's number is part of the file name.
The order number is printed on the label.
With the tracking number anyone can see where a parcel is, but not who gets it.
The document's id is random and says nothing about its content.
Links to documents are signed and die after an hour.
Static content never expires in the cache, since its name has its hash.
The lease does not expire while the worker sends heartbeats.
A reservation is valid until the customer pays or 20 minutes have gone.
The cookie banner's choice is kept for a year.
The certificate of the CA is valid for ten years, those of the services for a day.
Retention: events 30 days, invoices ten years.
Keys are never reused: a deleted key's id stays blocked.
A key that was not used for 60 days is disabled.
Long-running jobs renew their token every ten minutes.
The connection stays open until the client leaves.
Accounts that nobody has used for a year are closed.
Logs are kept for 30 days in one account to which only the security team has access.
The log line of a login has the user's id, the method and the result.
Traces are sampled at 5 % and carry no payload.
E-mail addresses in logs are replaced by a hash.
Log messages are in English.
The request log helps to find slow calls.
Requests and responses are logged without bodies.
An alert is raised when a secret is found in a log line.
Access tokens are short and opaque; the gateway exchanges them.
Payload sizes are logged, payloads are not.
Secrets in the repository are found by the scanner and make the build fail.
The repository has a template of the configuration; real values come from the vault.
The password of the test user is in the repository of the end-to-end tests, and the user exists only in the test tenant.
The token is sent in the Authorization header and never in the URL.
The key of the message is the vehicle's id, so its events stay in order.
Encryption keys are in KMS, data keys are stored encrypted beside the data.
The public key is committed together with the code that uses it.
The client's bundle has a publishable key that can only create tokens.
Passwords never leave the identity provider.
New colleagues get their account from the directory, with a password that they must change.
The image has no shell and no package manager.
In the image there is the binary and the CA certificates.
The chart takes the name of a secret, not its value.
Connections are reused; a closed one is opened again.
Open connections are drained before a pod stops.
HTTP is spoken between the browser and the edge in version 3, and in version 2 behind it.
The client library speaks HTTP/1.1 with keep-alive.
A plain text version of each mail is sent along.
The report can be had as plain text, CSV or PDF.
The legacy terminal spoke telnet; it was retired in 2021.
The gateway does TLS 1.3 towards clients and mTLS towards services.
Traffic that is not encrypted is dropped by the mesh.
Nothing is stored unencrypted.
The cache holds no personal data and is therefore small and simple.
Temporary files are written to an encrypted scratch disk and removed after the run.
The archive is encrypted, and its key is kept in another account.
Bank details are shown with the last four digits only.
Card data never reach us.
The mirror in the other region is encrypted with that region's key.
The port of the database is open to the service's security group alone.
The broker listens on the private interface.
Redis can only be reached from the pods of this namespace.
The public subnets hold load balancers and nothing else.
The office network has no way to production.
Databases have no route to the internet.
The warehouse is reached through a private link.
External auditors read an export, not the database.
Anything that listens on 0.0.0.0 inside a pod is still behind the network policy.
Each origin that may call the API is registered by the customer and checked.
No wildcard is allowed in the list of origins.
The origin server sits behind the CDN and accepts only its addresses.
Signatures of webhooks are verified before the body is parsed.
Hooks run after the release and are idempotent.
The callback URL is fixed in the partner's registration.
A callback that arrives twice is recognised by its id.
Notifications are sent by mail and push.
Events from the payment provider are trusted only after their signature was checked.
It is recorded who released a payment, and who asked for it.
The history of a record shows each change with its author.
Manual changes in the database are not possible; there is a tool that writes the journal.
Nothing is deleted without a trace.
Metrics are not stored for longer than 90 days.
Health checks are not logged.
The validator refuses unknown fields.
What users type is escaped by the template engine.
The parser does not evaluate expressions.
Files are renamed when they come in; the user's name for them is only shown.
The importer follows redirects only within the customer's domain.
Exceptions are mapped to problem documents in one place.
Error pages say what to do next and nothing about the inside.
Debug output is off unless a flag is set for one request by an operator.
The latest version of the schema is kept in the registry.
Containers have no privileges beyond binding to port 8443.
Passwords that appear in known leaks are refused.
A second factor is asked for when a new device signs in.
The initial password is random, shown once, and has to be changed.
The booking flow starts in the app, passes the gateway and ends in the ledger.
A hotel's extranet user signs in at the identity service and gets a token for the property.
The rate engine is stateless and trusts the prices that the contract service has signed.
Partners push availability through the channel API, authenticated by a key that names the property.
The search tier answers from its own copy and does not ask the booking service.
Three pods of each service run in three zones, and the balancer sends to any of them.
The queue is read by workers that may be stopped at any time.
Everything that a worker needs is in the message or in the database.
Anyone on call can stop the import with a switch in the operations tool, which asks for their badge.
The operations tool runs on the staff network and writes each action to the journal.
Staff reach it through the zero-trust gateway, also from home.
Support from outside works in a mirror without real data.
The public site and the extranet are delivered by the CDN; dynamic requests go on to the gateway.
Only ports 443 and 8883 are open, both behind the protective service of the provider.
The devices' port wants a certificate of the fleet's CA.
The registry of devices knows each certificate; one that is reported stolen is refused at the next handshake.
Messages of a device carry a counter, so a copy of an old one is noticed.
All topics of a device start with its own id, and the broker's ACL allows nothing else.
The broker is a managed cluster of three nodes in private subnets.
Dashboards for customers show only the devices of their organisation.
An organisation's owner may give others access and take it back.
Data of different organisations lie in the same tables, parted by row-level security.
The nightly export for the statistics office has no names and no addresses.
Exports are put into a bucket of the office's own account, for which it gave us a role that may only write.
We have no access to what is already there.
The role's session lasts an hour.
The payroll file goes to the bank over EBICS with two signatures.
The bank's answer is fetched by a job that has its own key.
The four keys of that process are on smart cards in the safe.
Each release is signed; the admission controller refuses what is not.
The build has no access to production; it hands the digest to the deployer.
The deployer may change the image of a deployment and nothing else.
Feature flags are public knowledge; they contain no secrets.
The flag service answers without a database for as long as its cache lives.
The flag API is read by the apps with a key that may be known; writing needs a login.
Configuration is public within the company, secrets are not part of it.
Static keys were replaced by roles in 2023.
We keep the old signing key for a day after a rotation so that running sessions survive.
Rotation is a job; it was last run by hand in the exercise of June.
The audit found that two accounts had more rights than they needed; both were cut in May.
The review asks who can read what, and why.
The data protection officer approves each new receiver of personal data.
Images are viewed through a proxy that adds the viewer's name as a watermark.
The lab sends results through a mailbox that both sides poll over mutual TLS.
The pharmacy's system verifies the signature of a prescription.
Prescriptions are valid for 28 days.
The card reader encrypts the card's data; the key is in the terminal's secure element and at the acquirer.
The till sees a token and the last four digits.
The receipt service is called after payment and may be late.
Vouchers have a random code of 16 characters, a limit of tries and an end date.
A wrong code counts against the caller's budget; after ten, the caller waits an hour.
Prices are public, discounts belong to the contract.
The mobile app pins nothing, it relies on the system's trust store.
The app asks for the location only while a ride is on.
Positions older than a day are rounded to 500 m.
Drivers and riders never see each other's phone number; calls go through a proxy number.
A chat message is kept for 30 days and can be read by the two parties and, after a complaint, by support.
Complaints open a case to which one agent is assigned.
Agents have a queue each; a supervisor can move cases.
Ratings are anonymous for the driver.
Anonymous usage statistics can be turned off in the settings.
The map is drawn by the client; tiles come from our own server.
Tiles are cached for a week.
Users without an account see the demo.
The demo has data that are made up, and is reset each night.
A trial ends after 30 days; data stay for another 30.
The price service has no state and no secrets.
No secrets are needed at build time.
The library reads the token from the file that the kubelet renews.
The sidecar fetches certificates and reloads them without a restart.
The proxy adds a header with the verified identity; the application reads no other.
Requests that come with that header from outside have it removed.
CI checks that each route has a policy.
A route without a policy does not start.
A service that is not in the mesh cannot be reached from it.
A second gateway serves the partners; its limits are lower.
The contract tests run against a stub without authentication.
The load test uses a token that is valid for the test tenant only.
For the migration both databases are open for reading for two weeks.
The old API is switched off on 1 March; until then it needs the same token as the new one.
The backup account can be written to and not deleted from.
The password of the database changes daily, and nobody knows it.
A person never gets the password; tools get a lease from the vault.
Break-glass access has been used twice this year.
The firewall's rules are code and reviewed like code.
Egress is allowed to six hosts.
The resolver answers internal names inside and public ones outside.
Public DNS has no internal names.
The status page is hosted elsewhere and open to all.
The API's documentation is public; trying it out needs a key.
The changelog can be read without an account.
Logs of the proxy have the client's address cut to its network.
The error log is empty on a good day.
The trace id is handed to the client, who can quote it.
An unexpected error is answered with 500 and the trace id.
The schema forbids unknown fields and long strings.
The template language has no functions that reach the file system.
The converter runs in a sandbox without network.
The admin service has its own ingress class, which only the office gateway serves.
Admin tasks are done with the command line inside the cluster.
The management API of the broker is disabled.
Metrics are pulled over the mesh and shown in Grafana, which asks for the company login.
The debug port exists in the development image and nowhere else.
Internal endpoints carry the prefix `/int`; the ingress has no rule for it.
An operator opens a session on the bastion, and the session is recorded.
Everybody in support has read access to tickets.
Public holidays are read from a public calendar.
The public part of the API is documented in the portal.
Public keys of partners are stored in the registry.
The customer chooses whether their profile is public.
Every request is authenticated at the edge and once more in the service.
No request is served before the token has been checked.
The service cannot be called without a certificate.
A client without a certificate does not get past the handshake.
There is no anonymous access, not even for reading.
Login is left to the identity provider.
The login page is the only page that is served without a session.
Authentication errors are counted and lead to a lock after ten.
The authentication library is shared by all services.
Users who are not logged in are sent to the sign-in page.
If the token has expired, the client fetches a new one.
Expired tokens are refused.
The API trusts the gateway's signature on the identity header, whose key it knows.
A service mesh was not needed, since the library does mutual TLS itself.
We do not store passwords; we do not even see them.
The password of the keystore comes from the vault at start.
Secret names are listed in the README, values are not.
Do not put secrets into the values file; the pipeline refuses them.
The token in the example is not valid.
The CI job gets a token for the registry that ends with the job.
The key file is mounted read-only from a memory volume.
Keys are spread over the shards by hash.
The primary key is a UUID version 7.
The translation keys are in the front end's bundle.
All messages with the same key go to the same partition, and one consumer reads it.
The same user may be in several organisations.
The two services share one cluster but neither database nor account.
Each team has one account with three environments.
An API key belongs to one project; a project may have several.
Tokens of a project end when the project is closed.
Sessions end after 15 minutes without activity, and in any case after eight hours.
The subscription never expires; the card on file may.
Links in mails work for two days.
The volume is encrypted; so are the snapshots that are made of it.
The disk of a worker is temporary and encrypted with a key that dies with the machine.
Unencrypted columns hold nothing that names a person.
Data that are not encrypted are public: the timetable and the fares.
The connection between the data centres is encrypted at layer two and again by TLS.
The load balancer accepts HTTP only to redirect it.
The service speaks HTTP on localhost to its sidecar.
Health checks of the balancer use plain HTTP on the node's port and see nothing but a status.
The bucket is public by intent, it holds the fonts of the site.
The bucket has a policy that forbids public access.
The role can read everything in its own prefix.
The job has more rights than the service, since it creates tables; it runs for a minute in the pipeline.
An administrator of the tenant can do everything in it but see other tenants.
Root is needed nowhere; the nodes are managed.
Nobody has standing access to production.
The logger knows which fields are personal and leaves them out.
We log the outcome of a login, never what was typed.
The audit log is written before the change is made; without it the change fails.
Every approval is stored with the name of who gave it.
Actions of the job are recorded under the name of the person who started it.
Price changes are not recorded in the log of the application but in the audit service.
A webhook without a valid signature is thrown away.
The callback is idempotent and signed.
The provider does not sign its callbacks, so we ask its API for the status and believe only that.
Certificates are checked, including their revocation.
The test suite has a case for a certificate that does not fit.
Origins are listed per environment.
CORS is handled by the gateway with a fixed list.
Input that does not fit the schema never gets to the handlers.
The upload is accepted after the scan.
Addresses of webhooks are checked for private ranges when they are set and again when they are called.
"""

TWINS = tuple(
    zip(
        (each for each in _TWINS.strip().splitlines() if not each.startswith("=> ")),
        (each[3:] for each in _TWINS.strip().splitlines() if each.startswith("=> ")),
        strict=True,
    )
)
"""A clean sentence and what it says with a fault."""
CLEAN = tuple(_CLEAN.strip().splitlines())
