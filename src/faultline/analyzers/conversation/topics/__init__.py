"""Topics of conversations, found as they stream in, with ids that stay."""

from faultline.analyzers.conversation.topics.packing import DamagedTopics
from faultline.analyzers.conversation.topics.topic_map import (
    Emerging,
    Item,
    Placement,
    TopicMap,
    discover,
    discover_map,
)

__all__ = ["DamagedTopics", "Emerging", "Item", "Placement", "TopicMap", "discover", "discover_map"]
