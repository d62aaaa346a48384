import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.http.dialer import Delivery, Dialer, UnsafeTarget
from tests.platform.http.peers import certificate, peer
from tests.servers.listening import listening

LOOPBACK = [ip_network("127.0.0.0/8")]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# Long enough never to pass on a busy machine, for the tests in which it must not.
PATIENT, IMPATIENT = 60.0, 0.5
Make = Callable[..., Dialer]


class Names:
    """A resolver that answers each question with the next of its answers, the last one for ever."""

    def __init__(self, *answers: Sequence[str] | OSError) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes dialers that may dial 127.0.0.0/8, and closes them."""
    made: list[Dialer] = []
    trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def dialer(**arguments: object) -> Dialer:
        chosen: dict[str, object] = {"allowed": LOOPBACK, "timeout": PATIENT, "tls": trusting_nobody}
        made.append(Dialer(**{**chosen, "clock": lambda: NOW, **arguments}))  # type: ignore[arg-type]
        return made[-1]

    yield dialer
    for each in made:
        each.close()


async def post(dialer: Dialer, url: str) -> Delivery:
    return await dialer.post(url, content=b'{"event":1}', headers={"Webhook-Id": "msg_1"})


async def test_a_request_arrives_as_it_was_given(make: Make) -> None:
    seen = b""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen = await reader.readexactly(11)
        writer.write(OK)
        await writer.drain()

    async with peer(answer) as server:
        headers = {"Webhook-Id": "msg_1", "host": "elsewhere.example", "Content-Length": "1"}
        url = f"http://hooks.example:{server.port}/in?a=b"
        delivery = await make(resolver=Names(["127.0.0.1"])).post(url, content=b'{"event":1}', headers=headers)
    assert delivery.delivered
    assert (delivery.status, delivery.error, delivery.body) == (200, None, b"ok")
    assert delivery.address == "127.0.0.1"
    assert 0 < delivery.duration < PATIENT
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "POST /in?a=b HTTP/1.1"
    assert {f"Host: hooks.example:{server.port}", "Webhook-Id: msg_1", "Content-Length: 11"} <= set(head)
    assert seen == b'{"event":1}'


async def test_an_answer_of_500_is_an_answer_and_no_delivery(make: Make) -> None:
    async with peer(b"HTTP/1.1 500 Oh\r\nContent-Length: 4\r\n\r\noops") as server:
        delivery = await post(make(), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.body, delivery.delivered) == (500, None, b"oops", False)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_hints(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("answer", "status", "seconds"),
    [
        (hang, None, IMPATIENT),
        (drip_headers, None, IMPATIENT),
        (drip_body, 200, 4 * IMPATIENT),  # in which the status has to have come
        (endless_hints, None, IMPATIENT),
    ],
)
async def test_the_deadline_ends_whatever_the_other_side_draws_out(
    make: Make, answer: Callable[..., object], status: int | None, seconds: float
) -> None:
    async with peer(answer) as server:  # type: ignore[arg-type]
        delivery = await post(make(timeout=seconds), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.delivered) == (status, "timeout", False)
    assert seconds <= delivery.duration < PATIENT


async def test_a_name_server_that_hangs_is_under_the_deadline_as_well(make: Make) -> None:
    async def never(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    dialer = make(resolver=never, timeout=IMPATIENT)
    assert (await post(dialer, "http://hooks.example/")).error == "timeout"
    with pytest.raises(UnsafeTarget, match="in time"):
        await dialer.check("http://hooks.example/")


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (reset, 200, "reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", 200, "reset"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", 200, "reset"),
        (b"", None, "reset"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None, "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n", 200, "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n", None, "protocol"),
        (b"\x00" * 1000 + b"\r\n\r\n", None, "protocol"),
    ],
    ids=["reset", "cut", "cut-chunk", "nothing", "other-protocol", "bad-chunk", "huge-header", "zeros"],
)
async def test_an_answer_that_breaks_has_a_word_for_it_and_raises_nothing(
    make: Make, answer: bytes, status: int | None, error: str
) -> None:
    async with peer(answer) as server:
        delivery = await post(make(), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.delivered) == (status, error, False)


async def test_an_endless_body_is_read_up_to_the_cap_and_no_further(make: Make) -> None:
    written = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
            written += 4096

    async with peer(endless) as server:
        delivery = await post(make(max_body=10_000), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.body) == (200, None, b"x" * 10_000)


async def test_a_compressed_answer_is_not_unpacked(make: Make) -> None:
    async with peer(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bz") as server:
        delivery = await post(make(), f"http://127.0.0.1:{server.port}/")
    assert delivery.body == b"\x1f\x8bz"
    assert b"Accept-Encoding: identity" in server.requests[0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_told_and_not_followed(make: Make, status: int) -> None:
    async with peer(OK) as inside:
        location = f"http://127.0.0.1:{inside.port}/admin"
        answer = f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
        async with peer(answer) as server:
            delivery = await post(make(), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.delivered) == (status, "redirect", False)
    assert inside.requests == []


async def test_a_name_that_turns_to_loopback_after_registration_is_refused(make: Make) -> None:
    async with peer(OK) as inside:
        dialer = make(allowed=(), resolver=Names(["93.184.215.14"], ["127.0.0.1"]))
        url = f"http://rebind.example:{inside.port}/"
        await dialer.check(url)
        delivery = await post(dialer, url)
    assert (delivery.status, delivery.error, delivery.address) == (None, "refused-address", None)
    assert inside.requests == []


async def test_the_address_that_was_judged_is_the_one_that_is_dialed(make: Make) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    async with peer(OK) as server:
        delivery = await post(
            make(allowed=[ip_network("127.0.0.1/32")], resolver=names), f"http://a.example:{server.port}/"
        )
    assert delivery.delivered
    assert names.asked == ["a.example"]


async def test_one_private_address_among_public_ones_refuses_the_name(make: Make) -> None:
    dialer = make(allowed=(), resolver=Names(["93.184.215.14", "10.0.0.1"]))
    assert (await post(dialer, "http://mixed.example/")).error == "refused-address"


async def test_the_next_address_is_tried_when_nobody_listens_at_the_first(make: Make) -> None:
    async with peer(OK) as server:
        delivery = await post(make(resolver=Names(["127.0.0.2", "127.0.0.1"])), f"http://two.example:{server.port}/")
    assert delivery.delivered
    assert delivery.address == "127.0.0.1"


async def test_nobody_listening_is_a_connect_failure(make: Make) -> None:
    async with peer(OK) as server:
        port = server.port
    delivery = await post(make(), f"http://127.0.0.1:{port}/")
    assert (delivery.status, delivery.error) == (None, "connect")


@pytest.mark.parametrize(
    "answer", [(), OSError("no such name"), socket.gaierror(socket.EAI_NONAME, "unknown")], ids=["none", "os", "gai"]
)
async def test_a_name_without_an_address_is_unresolved(make: Make, answer: Sequence[str] | OSError) -> None:
    dialer = make(resolver=Names(answer))
    assert (await post(dialer, "http://gone.example/")).error == "unresolved"
    with pytest.raises(UnsafeTarget, match="no address"):
        await dialer.check("http://gone.example/")


async def test_the_system_resolver_works_in_threads_of_its_own(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def answer(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        threads.append(threading.current_thread().name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    await make().check("http://hooks.example/")
    assert threads[0].startswith("dialer-dns")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("9" * 400, 999_999_999_999.0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
async def test_retry_after_is_understood_in_both_forms(make: Make, value: str, seconds: float | None) -> None:
    async with peer(f"HTTP/1.1 429 Slow\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n".encode()) as server:
        delivery = await post(make(), f"http://127.0.0.1:{server.port}/")
    assert (delivery.status, delivery.error, delivery.retry_after) == (429, None, seconds)


@pytest.fixture
def hook_tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for hook.example, and a client's that trusts it."""
    pem = certificate(tmp_path, ["hook.example"])
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


async def test_the_certificate_is_checked_against_the_name_though_the_address_is_dialed(
    make: Make, hook_tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server_side, client_side = hook_tls
    asked: list[str | None] = []
    server_side.sni_callback = lambda _, name, __: asked.append(name)
    async with peer(OK, tls=server_side) as server:
        dialer = make(tls=client_side, resolver=Names(["127.0.0.1"]))
        right = await post(dialer, f"https://hook.example:{server.port}/")
        wrong = await post(dialer, f"https://other.example:{server.port}/")
    assert right.delivered
    assert asked == ["hook.example", "other.example"]
    assert (wrong.status, wrong.error) == (None, "tls")
    assert len(server.requests) == 1


async def test_a_certificate_of_nobody_known_is_a_tls_failure(
    make: Make, hook_tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    async with peer(OK, tls=hook_tls[0]) as server:
        delivery = await post(make(resolver=Names(["127.0.0.1"])), f"https://hook.example:{server.port}/")
    assert (delivery.status, delivery.error) == (None, "tls")
    assert server.requests == []


async def test_a_server_without_tls_is_a_tls_failure(make: Make) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")
        await writer.drain()

    async with listening(shout) as port:
        delivery = await post(make(), f"https://127.0.0.1:{port}/")
    assert (delivery.status, delivery.error) == (None, "tls")


async def test_no_proxy_of_the_environment_is_used(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    async with peer(OK) as proxy, peer(OK) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await post(make(), f"http://127.0.0.1:{server.port}/")).delivered
    assert proxy.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example",
        "//hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "gopher://hooks.example:70/",
        "http://",
        "http:///path",
        "http://user@hooks.example/",
        "http://user:secret@hooks.example/",
        "http://127.0.0.1\\@hooks.example/",
        "http://hooks.example:22/",
        "http://hooks.example:0/",
        "http://hooks.example:6667/",
        "http://hooks.example:99999/",
        "http://hooks.example:port/",
        "http://hooks example/",
        "http://hooks.example/\x00",
        "http://hooks.example/\ud800",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://hooks.example/" + "a" * 2048,
    ],
)
async def test_a_url_of_the_wrong_form_is_refused_before_its_name_is_looked_up(make: Make, url: str) -> None:
    names = Names(["93.184.215.14"])
    dialer = make(resolver=names)
    with pytest.raises(UnsafeTarget) as refused:
        await dialer.check(url)
    assert (refused.value.code, refused.value.status, refused.value.failure) == ("unsafe-target", 422, "refused-url")
    assert (await post(dialer, url)).error == "refused-url"
    assert names.asked == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "db.localhost", "printer.local", "api.internal"]
)
async def test_a_name_of_the_inside_is_refused(make: Make, host: str) -> None:
    with pytest.raises(UnsafeTarget, match="not public"):
        await make(allowed=(), resolver=Names(["192.168.1.20"])).check(f"http://{host}/")


async def test_localhost_is_loopback_whatever_the_resolver_says(make: Make) -> None:
    with pytest.raises(UnsafeTarget, match="loopback"):
        await make(allowed=(), resolver=Names(["93.184.215.14"])).check("http://localhost/")


async def test_the_refusal_does_not_tell_how_names_of_the_inside_resolve(make: Make) -> None:
    with pytest.raises(UnsafeTarget) as refused:
        await make(allowed=(), resolver=Names(["10.20.30.40"])).check("http://intranet.example/")
    assert "10.20" not in str(refused.value)


@given(st.text(max_size=60))
async def test_no_text_at_all_makes_post_raise(text: str) -> None:
    dialer = Dialer(resolver=Names(OSError()), tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    for url in (text, f"http://{text}", f"https://hooks.example:{text}/", f"http://hooks.example/{text}"):
        delivery = await dialer.post(url, content=b"", headers={})
        assert delivery.error in ("refused-url", "refused-address", "unresolved")
    dialer.close()


async def test_a_hundred_hanging_targets_do_not_delay_a_good_one(make: Make) -> None:
    dialer = make()
    async with peer(hang) as stuck, peer(OK) as good:
        waiting = [asyncio.create_task(post(dialer, f"http://127.0.0.1:{stuck.port}/")) for _ in range(100)]
        while len(stuck.requests) < 100:
            await asyncio.sleep(0.001)
        delivery = await post(dialer, f"http://127.0.0.1:{good.port}/")
        assert delivery.delivered
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
