"""What the languages call things.

The kinds of their syntax trees, as the grammars in ast-grep name them, where untrusted data comes in, and what
makes it harmless. Expressions are linear, for they run over untrusted text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from faultline.analyzers.review.language import Language


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language.

    Args:
        functions: kinds that open a scope of names.
        loops: kinds of loops; what repeats is their field `body`, or all of them where they have none.
        assignments: kinds by which a name gets a value: the fields of the name and of the value.
        sources: finds, in the text of an expression, data of strangers.
        parameter: finds the same in the text of a function's parameter.
        cleaners: names of functions whose answer cannot do harm: numbers, escaped text, the last part of a path.

    """

    functions: tuple[str, ...]
    loops: tuple[str, ...]
    assignments: Mapping[str, tuple[str, str]]
    sources: re.Pattern[str]
    cleaners: re.Pattern[str]
    parameter: re.Pattern[str] = field(default=re.compile(r"(?!)"))


_C: Final = Grammar(
    functions=("function_definition",),
    loops=("for_statement", "while_statement", "do_statement"),
    assignments={"init_declarator": ("declarator", "value"), "assignment_expression": ("left", "right")},
    sources=re.compile(r"\bargv\s*\[|\bgetenv\s*\("),
    cleaners=re.compile(r"^(?:ato[il]l?|strto\w+|sizeof|strlen|std::stoi|std::to_string)$"),
)
_SCRIPT: Final = Grammar(
    functions=(
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function_declaration",
    ),
    loops=("for_statement", "for_in_statement", "while_statement", "do_statement"),
    assignments={
        "variable_declarator": ("name", "value"),
        "assignment_expression": ("left", "right"),
        "augmented_assignment_expression": ("left", "right"),
    },
    sources=re.compile(
        r"\b(?:req|request|ctx\.request|ctx\.req)\??\.(?:query|body|params|headers|cookies|param|files?|url|originalUrl|"
        r"hostname|signedCookies|header|get)\b|\bctx\.(?:query|params|headers|cookies|url|originalUrl)\b"
        r"|\bevent\.(?:queryStringParameters|pathParameters|body)\b"
        r"|\blocation\.(?:search|hash|href)\b|\bdocument\.(?:URL|referrer|documentURI)\b|\bwindow\.name\b"
        r"|\bnew URLSearchParams\b|\bsearchParams\.get\b"
    ),
    cleaners=re.compile(
        r"(?i)^(?:parseInt|parseFloat|Number|Boolean|BigInt|encodeURI(?:Component)?|typeof)$"
        r"|(?:^|\.|_)(?:\w*(?:escape|sanitiz|purify|validate)\w*|basename|quote|format|toFixed|isInteger)$"
    ),
)

GRAMMARS: Final[Mapping[Language, Grammar]] = MappingProxyType(
    {
        Language.JAVASCRIPT: _SCRIPT,
        Language.TYPESCRIPT: _SCRIPT,
        Language.TSX: _SCRIPT,
        Language.GO: Grammar(
            functions=("function_declaration", "method_declaration", "func_literal"),
            loops=("for_statement",),
            assignments={
                "short_var_declaration": ("left", "right"),
                "assignment_statement": ("left", "right"),
                "var_spec": ("name", "value"),
                "const_spec": ("name", "value"),
            },
            sources=re.compile(
                r"\b(?:r|req|request)\.(?:URL\b|FormValue\(|PostFormValue\(|PostForm\b|Form\b|Header\b|Body\b|Cookie\(|"
                r"FormFile\(|PathValue\(|Host\b|RequestURI\b)"
                r"|\bmux\.Vars\(|\bchi\.URLParam\(|\b(?:c|ctx)\.(?:Query|Param|PostForm|QueryParam|FormValue|"
                r"GetHeader|DefaultQuery|Params|Cookies|BodyParser|GetQuery)\("
            ),
            cleaners=re.compile(
                r"^(?:strconv\.(?:Atoi|Parse\w+|Quote\w*)|filepath\.Base|path\.Base|html\.EscapeString|"
                r"template\.\w*Escap\w*|url\.(?:Query|Path)Escape|len|int(?:32|64)?|pq\.Quote\w+|uuid\.(?:Must)?Parse|"
                r"regexp\.QuoteMeta|ldap\.EscapeFilter|\w*(?:[sS]anitize|[vV]alidate|[eE]scape)\w*)$"
            ),
        ),
        Language.JAVA: Grammar(
            functions=("method_declaration", "constructor_declaration", "lambda_expression"),
            loops=("for_statement", "enhanced_for_statement", "while_statement", "do_statement"),
            assignments={"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")},
            sources=re.compile(
                r"\.(?:getParameter(?:Values|Map)?|getHeaders?|getQueryString|getCookies|getPathInfo|getRequestURI|"
                r"getRequestURL|getReader|getInputStream|getPart|getTheParameter)\("
            ),
            cleaners=re.compile(
                r"(?:^|\.)(?:parseInt|parseLong|parseDouble|valueOf|fromString|escapeHtml\w*|htmlEscape|forHtml\w*|encode"
                r"\w*|sanitize\w*|validate\w*|escape\w*|FilenameUtils\.getName|getFileName|length|size|nameUUIDFromBytes)$"
            ),
            parameter=re.compile(
                r"@(?:RequestParam|PathVariable|RequestBody|RequestHeader|CookieValue|QueryParam|PathParam|FormParam|"
                r"ModelAttribute|MatrixVariable|HeaderParam)\b"
            ),
        ),
        Language.RUST: Grammar(
            functions=("function_item", "closure_expression"),
            loops=("for_expression", "while_expression", "loop_expression"),
            assignments={"let_declaration": ("pattern", "value"), "assignment_expression": ("left", "right")},
            sources=re.compile(r"\bquery_string\(|\.match_info\(|\bheaders\(\)\.get\(|\benv::args\("),
            cleaners=re.compile(r"(?:^|::|\.)(?:parse|parse::<\w+>|len|escape\w*|encode\w*|quote|file_name)$"),
            parameter=re.compile(r"\b(?:Path|Query|Form|Json|web::(?:Path|Query|Form|Json))<"),
        ),
        Language.RUBY: Grammar(
            functions=("method", "singleton_method"),
            loops=("while", "until", "for"),
            assignments={"assignment": ("left", "right"), "operator_assignment": ("left", "right")},
            sources=re.compile(
                r"(?<![\w.@])params\b|\brequest\.(?:params|query_string|path|fullpath|referer|body|headers|env|GET|POST)\b"
                r"|(?<![\w.@])cookies\["
            ),
            cleaners=re.compile(
                r"(?:^|\.)(?:to_i|to_f|to_sym|Integer|Float|shellescape|escape\w*|html_escape|h|sanitize\w*|basename|quote"
                r"\w*|permit|length|size|count|id|strftime|cgi_escape)$"
            ),
        ),
        Language.PHP: Grammar(
            functions=("function_definition", "method_declaration", "anonymous_function", "arrow_function"),
            loops=("for_statement", "foreach_statement", "while_statement", "do_statement"),
            assignments={
                "assignment_expression": ("left", "right"),
                "augmented_assignment_expression": ("left", "right"),
            },
            sources=re.compile(
                r"\$_(?:GET|POST|REQUEST|COOKIE|FILES)\b|\$_SERVER\s*\[\s*['\"](?:HTTP_|QUERY_STRING|REQUEST_URI|PHP_SELF|"
                r"PATH_INFO)|php://input|\$request->(?:input|get|query|post|all|header|cookie|request)\b"
            ),
            cleaners=re.compile(
                r"(?i)^(?:\\?(?:htmlspecialchars|htmlentities|strip_tags|intval|floatval|escapeshellarg|escapeshellcmd|"
                r"urlencode|rawurlencode|basename|count|strlen|md5|sha1|hash|bin2hex|json_encode|filter_var|"
                r"filter_input|(?:mysqli_|pg_)\w*escape\w*|number_format|absint|esc_\w+|wp_kses\w*|ctype_\w+|in_array|"
                r"sanitize_\w+|e|date|addslashes|isset|empty|is_\w+|preg_match))$"
                r"|->(?:quote|real_escape_string|escape\w*|prepare)$|(?:sanitize|escape)\w*$"
            ),
        ),
        Language.C: _C,
        Language.CPP: replace(_C, functions=("function_definition", "lambda_expression")),
        Language.CSHARP: Grammar(
            functions=(
                "method_declaration",
                "constructor_declaration",
                "lambda_expression",
                "local_function_statement",
            ),
            loops=("for_statement", "foreach_statement", "while_statement", "do_statement"),
            assignments={"variable_declarator": ("name", ""), "assignment_expression": ("left", "right")},
            sources=re.compile(
                r"\bRequest\.(?:Query|Form|Params|QueryString|Cookies|Headers|Path|RawUrl|Url|Body|InputStream)\b|"
                r"\bRequest\["
            ),
            cleaners=re.compile(
                r"(?:^|\.)(?:Parse|TryParse|ToInt\w+|HtmlEncode|UrlEncode|Encode\w*|EscapeDataString|GetFileName|"
                r"Sanitize\w*|Escape\w*|Validate\w*|Count|Length|nameof|IsLocalUrl)$"
            ),
            parameter=re.compile(r"\[From(?:Query|Route|Body|Form|Header)\b"),
        ),
    }
)
"""By language."""
