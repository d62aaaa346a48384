"""One request to one model, over pydantic-ai. Imported when a model is first asked: it takes seconds.

pydantic-ai's Agent is not used, only its models: an Agent costs some 10 ms of CPU a run, and its retries would have to
come back through breaker and budget anyway. SDK retries are off for the same reason.

The answer's type goes out as a native JSON schema where the model takes one, which most servers of the OpenAI protocol
do and small models need, for it binds them; else as a tool that it has to call; and as words in the prompt to a server
that refuses both. What a server refuses is remembered as long as the gateway is open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import httpx2
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from faultline.ai.exchange import Again, Heard, Trouble, Turn
from faultline.ai.ledger import CallOutcome
from faultline.ai.models import ModelName, Protocol
from faultline.core.model import Cited

MAX_TOKENS = 4_096
THINKING_TOKENS = 1_024
"""Room above the answer's own for a model that cannot but think; what it thinks is counted as said."""
TEMPERATURE = 0.2
MAX_BODY = 4 << 20
"""Bytes of one response: a thousand times an answer of 4,096 tokens. A server that sends without end meets it."""

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 60.0
_NO_KEY = "none"  # the SDKs insist on one


class BodyTooLong(httpx2.ReadError):
    """A response went on beyond MAX_BODY."""


def open_client() -> httpx2.AsyncClient:
    """A client for all requests of one gateway: bounded in time and in what it reads, and it follows no redirect."""

    async def bound(response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream)

    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=64),
        event_hooks={"response": [bound]},
    )


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_BODY
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise BodyTooLong("the response is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class Wire:
    """Speaks to one model.

    Args:
        name: the model.
        key: for its provider; None where none is needed.
        client: for HTTP; not closed here.

    """

    def __init__(self, name: ModelName, key: str | None, client: httpx2.AsyncClient) -> None:
        self._name, self._key, self._client = name, key, client
        self._changes = OpenAIModelProfile()
        self._model = _model(name, key, client, self._changes)
        profile = self._model.profile
        self._mode: Literal["native", "tool", "prompted"] = (
            "native" if profile.get("supports_json_schema_output") else "tool"
        )
        self._thinks = bool(profile.get("thinking_always_enabled"))
        self._settings = ModelSettings(max_retries=0, thinking=False)
        if not self._thinks and not profile.get("anthropic_disallows_sampling_settings"):
            self._settings["temperature"] = TEMPERATURE

    def limit(self, answer_tokens: int) -> int:
        """The most tokens that an answer of so many may come to."""
        return min(answer_tokens + (THINKING_TOKENS if self._thinks else 0), MAX_TOKENS)

    async def ask(
        self, system: str, user: str, answer: type[Cited], *, answer_tokens: int, turns: Sequence[Turn] = ()
    ) -> Heard:
        """Make one request.

        Raises:
            Trouble: no answer came.

        """
        messages: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(user)], instructions=system)]
        for turn in turns:
            messages.append(ModelResponse(parts=[TextPart(turn.answer or "(nothing)")]))
            messages.append(ModelRequest(parts=[UserPromptPart(turn.objection)], instructions=system))
        settings = self._settings.copy()
        settings["max_tokens"] = self.limit(answer_tokens)
        try:
            response = await model_request(
                self._model,
                messages,
                model_settings=settings,
                model_request_parameters=self._parameters(answer),
                instrument=False,
            )
        except Exception as error:
            raise self._trouble(error) from None  # the SDK's error quotes requests and responses
        heard = _heard(response)
        if heard.cut and not heard.text.strip():
            self._thinks = True  # of which its profile knew nothing: all that it was allowed went into that
        return heard

    def _parameters(self, answer: type[Cited]) -> ModelRequestParameters:
        schema, description = answer.model_json_schema(), (answer.__doc__ or "").strip() or None
        if self._mode == "tool":
            tool = ToolDefinition(name="answer", parameters_json_schema=schema, description=description, kind="output")
            return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
        shape = OutputObjectDefinition(schema, name=answer.__name__, description=description)
        return ModelRequestParameters(output_mode=self._mode, output_object=shape)

    def _trouble(self, error: Exception) -> Trouble:
        """What an error of pydantic-ai or of an SDK means; whatever nobody foresaw is a failed call."""
        at = f" (HTTP {error.status_code})" if isinstance(error, ModelHTTPError) else ""
        match error:
            case ModelAuthenticationError():
                return Trouble(f"refused the key{at}", CallOutcome.REFUSED, Again.NEVER)
            case ModelNotFoundError():
                return Trouble(f"is not there{at}", CallOutcome.REFUSED, Again.NEVER)
            case ModelQuotaExceededError():
                return Trouble(f"has no credit left at its provider{at}", CallOutcome.REFUSED, Again.NEVER)
            case ModelRateLimitError():
                words = f"is rate limited by its provider{at}"
                return Trouble(words, CallOutcome.RATE_LIMITED, Again.LATER, after=error.retry_after)
            case ModelRequestRejectedError():
                if self._give_in(error):
                    return Trouble(f"took no such request{at}", CallOutcome.REFUSED, Again.AT_ONCE)
                return Trouble(f"rejected the request{at}", CallOutcome.REFUSED, Again.NOT_THIS)
            case ContentFilterError():
                return Trouble("declined to answer", CallOutcome.REFUSED, Again.NOT_THIS)
            case ModelTimeoutError():
                return Trouble("did not answer in time", CallOutcome.TIMED_OUT, Again.SOON)
            case ModelConnectionError() if error.phase == "connect":
                return Trouble("could not be reached", CallOutcome.FAILED, Again.SOON)
            case ModelConnectionError():
                return Trouble("broke off the connection", CallOutcome.FAILED, Again.SOON)
            case ModelHTTPError():
                # Overloaded (503, 529) or broken; a 503 may say when to come again.
                again = Again.SOON if error.retry_after is None else Again.LATER
                return Trouble(f"failed{at}", CallOutcome.FAILED, again, after=error.retry_after)
            case ModelAPIError() | UnexpectedModelBehavior():
                return Trouble("sent back something that is no answer", CallOutcome.FAILED, Again.SOON)
        return Trouble(f"could not be asked ({type(error).__name__})", CallOutcome.FAILED, Again.SOON)

    def _give_in(self, error: ModelRequestRejectedError) -> bool:
        """Leave out what the server says it does not take; whether there was such a thing."""
        said = str(error.body).lower() if error.body else str(error).lower()
        if "temperature" in said and "temperature" in self._settings:
            del self._settings["temperature"]
            return True
        if "max_completion_tokens" in said or "max_tokens" in said:
            return self._change("openai_chat_supports_max_completion_tokens")
        if any(word in said for word in ("response_format", "response format", "schema", "grammar", "tool")):
            if self._mode == "prompted":  # which still asks for a JSON object, where the protocol can
                return self._change("supports_json_object_output")
            self._mode = "prompted"
            return True
        return False

    def _change(
        self, flag: Literal["openai_chat_supports_max_completion_tokens", "supports_json_object_output"]
    ) -> bool:
        """Turn one flag of an OpenAI profile over; whether that had not been done yet."""
        if self._name.protocol is not Protocol.OPENAI or flag in self._changes:
            return False
        self._changes[flag] = not self._model.profile.get(flag, flag != "supports_json_object_output")
        self._model = _model(self._name, self._key, self._client, self._changes)
        return True


def _model(name: ModelName, key: str | None, client: httpx2.AsyncClient, changes: OpenAIModelProfile) -> Model:
    """Build pydantic-ai's model; of the three SDKs only the one that is needed is imported."""
    key = key or _NO_KEY
    if name.protocol is Protocol.ANTHROPIC:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        return AnthropicModel(
            name.model, provider=AnthropicProvider(api_key=key, base_url=name.address, http_client=client)
        )
    if name.protocol is Protocol.GOOGLE:
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        return GoogleModel(name.model, provider=GoogleProvider(api_key=key, base_url=name.address, http_client=client))
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    if name.kind == "openai" and not name.base_url:
        provider = OpenAIProvider(name.address, key, http_client=client)
        return OpenAIChatModel(name.model, provider=provider, profile=changes)
    compatible = OpenAICompatibleProvider(name.provider, base_url=name.address, api_key=key, http_client=client)
    # What servers of the protocol take, whatever the model: schemas, and `max_tokens`. Not all of them know the name
    # that OpenAI has given it since; its models that reason know only that one.
    usual = OpenAIModelProfile(
        supports_json_schema_output=True,
        openai_chat_supports_max_completion_tokens=bool(
            (compatible.model_profile(name.model) or {}).get("openai_supports_reasoning")
        ),
    )
    return OpenAIChatModel(name.model, provider=compatible, profile=OpenAIModelProfile(**{**usual, **changes}))


def _heard(response: ModelResponse) -> Heard:
    calls = [part.args_as_json_str() for part in response.parts if isinstance(part, ToolCallPart)]
    text = calls[0] if calls else "".join(part.content for part in response.parts if isinstance(part, TextPart))
    usage = response.usage
    counted = bool(usage.input_tokens or usage.output_tokens)
    return Heard(
        text,
        usage.input_tokens if counted else None,
        usage.output_tokens if counted else None,
        cut=response.finish_reason == "length",
        declined=response.finish_reason == "content_filter",
    )
