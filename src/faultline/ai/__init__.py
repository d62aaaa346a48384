"""The model gateway: asks language models about briefs, within a budget, and believes only what they can show.

Nothing here is imported unless a model is configured.
"""
