"""Words that several wordings of security share; `documents/cues.py` says how a phrase is written."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues

OUTSIDE = cues(
    "in the dmz, in .. dmz, suppliers, same public, to/for/by anyone/anybody/everyone/everybody/whoever",
    "public load balancer, unauthenticated, from .. phone, internet",
    "publicly .., publicly",
    "is/are/was/made/stays public, world readable",
    "public gateway/host/hostname/router/route/ingress/interface/address/addresses/ip/port/nodeport/network/subnet",
    "public api/server/site/endpoint/edge/url/domain/listener/internet/load/name/web, public ip/ips/dns, from outside",
    "to the outside, from anywhere, from everywhere, from home",
    "from/to/for any/every/all network/networks/address/addresses/ip/ips/host/source, any/every/all/each network",
    "from any ip, all addresses, any ip, any address, to/for/by/from the world, 0.0.0.0, all interfaces",
    "from wherever",
)
"""Where strangers are."""
GUARD = cues(
    "limited to the, limited to admins, protected by .. login/vpn/sso/policy/network/firewall/role/proxy/certificate",
    "vpn, single sign on, sso, mfa, two factor, second factor, bastion, jump host, identity aware, hardware key",
    "client certificate/certificates, mutual tls, mtls, port forward, allow list, allowlist, allow listed, whitelist",
    "restricted to, network policy, network policies, localhost, loopback, cluster ip, private network",
    "private subnet, internal network, internal load balancer, own account, own login, requires/require .. role",
    "operator role, admin role, zero trust, oauth proxy, oauth2 proxy, authenticating proxy, behind .. proxy",
    "behind .. login, after .. login, after signing in, only from, only via, only through, only inside, only within",
    "only .. reachable, reachable only, separate port, separate listener, not .. ingress, no ingress, no route",
    "security group, tailscale, wireguard, private link, privatelink, ip filter, basic auth, asks/ask for .. login",
    "authenticates, authenticated, on purpose, different hostname/hostnames, admin subnet, keycloak, oidc",
)
DENYING = cues(
    "nobody sees, nobody reaches, nobody gets, nobody can, security group alone, group alone, alone, security group",
    "only for, only the gateway, only the edge, only the load, the only thing, only .. has a public, not exist",
    "do not exist, does not exist, ordered by, not reachable, not .. reachable, not accessible, is closed, are closed",
    "closed to, has no public, have no public, no public, not public, not exposed, nothing else, never exposed",
    "is not on, are not on, isn't reachable, not .. from the internet, not .. from outside, not available from",
    "was public for, post mortem, boundary, boundaries, not expose, never expose, denies, deny, denied, blocks",
    "blocked, rejects, rejected, refuses, refused, answers 404/403/401, returns 404/403, 404, 403, 401, dropped",
    "drops, turned away, not installed, removed, compiled out, not routed, never routed",
)
