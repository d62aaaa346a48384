"""Blobs: content by key, kept in a local folder, in memory or in S3, as one URL says."""

from __future__ import annotations

from faultline.platform.blobs.contract import BlobNotFound, BlobStore, InvalidKey, Listed, Stored, joined
from faultline.platform.blobs.objects import open_blobs

__all__ = ["BlobNotFound", "BlobStore", "InvalidKey", "Listed", "Stored", "joined", "open_blobs"]
