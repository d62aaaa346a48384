"""Words that several wordings of security share; `documents/cues.py` says how a phrase is written."""

from __future__ import annotations

from faultline.analyzers.design.documents.cues import cues

OUTSIDE = cues(
    "on every node, reachable in production, in the dmz, in .. dmz, over the internet with their",
    "over the internet with a, from the hall, public name, published by the ingress, on the ingress, port 443 along",
    "also to callers from outside, callers from outside, internet password, public anonymous, public sso",
    "guests network, guest network, suppliers, over the public, through the internet, via the internet, at home",
    "company and, partner companies, resellers, same ingress/gateway/domain/hostname/listener/load/host as",
    "same public, while travelling, travelling, on the go, customer network/networks, other teams, guest wifi",
    "whole office, entire company, through .. shop, from any place, any workstation, without being on",
    "working remotely, from abroad, on port 443 of the public, to/for/by anyone/anybody/everyone/everybody/whoever",
    "open to all, public load balancer, every laptop, any laptop, every machine, any machine, any computer",
    "any browser, every browser, every device, home office, from their homes, on the road, any place, any connection",
    "any wifi, customers can open, visitors, the whole company, everyone in the company, anyone in the company",
    "unauthenticated, external network, external networks, foreign networks, partner network, from .. phone",
    "from their phone, from the street, from a browser, in every browser, from a hotel, from the train",
    "outside .. company, unknown networks, public hostname under, anywhere in the world, everywhere, over the open",
    "internet, internet facing, public facing, publicly .., publicly, is/are/was/made/stays public, world readable",
    "public gateway/host/hostname/router/route/ingress/interface/address/addresses/ip/port/nodeport/network/subnet",
    "public api/server/site/endpoint/edge/url/domain/listener/internet/load/name/web, public ip/ips/dns, from outside",
    "from the outside, to the outside, from anywhere, from everywhere, from home, works from anywhere",
    "from/to/for any/every/all network/networks/address/addresses/ip/ips/host/source, any/every/all/each network",
    "from any ip, all addresses, every address, every ip, any ip, any address, any source, any location",
    "to/for/by/from the world, to the whole/entire/open world, whole world, world reachable, to the open",
    "by/to every visitor, every visitor, 0.0.0.0, all interfaces, wan side, wan interface, loadbalancer service",
    "on .. nodeport, served on .. edge, outside world, external world, over the web, on the web",
    "reachable .. worldwide, from wherever, wherever they",
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
    "security group alone, group alone, alone, security group, only for, only the gateway, only the edge",
    "only the load, the only thing, only .. has a public, not exist, do not exist, does not exist, ordered by",
    "not reachable, not .. reachable, not accessible, is closed, are closed, closed to, has no public, have no public",
    "no public, not public, not exposed, nothing else, never exposed, is not on, are not on, isn't reachable",
    "not .. from the internet, not .. from outside, not available from, was public for, post mortem, boundary",
    "boundaries, not expose, never expose, denies, deny, denied, blocks, blocked, rejects, rejected, refuses, refused",
    "answers 404/403/401, returns 404/403, 404, 403, 401, dropped, drops, turned away, not installed, removed",
    "compiled out, not routed, never routed",
)
