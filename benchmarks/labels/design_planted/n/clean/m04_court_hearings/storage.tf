terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

variable "replication_role_arn" { type = string }

variable "frankfurt_bucket_arn" {
  type        = string
  description = "Made by the same module in eu-central-1, with the same lock"
}

variable "frankfurt_key_arn" { type = string }

resource "aws_kms_key" "hearings" {
  description             = "Hearing recordings, Stockholm"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_s3_bucket" "hearings" {
  bucket              = "courts-hearings-stockholm"
  object_lock_enabled = true
}

resource "aws_s3_bucket_public_access_block" "hearings" {
  bucket                  = aws_s3_bucket.hearings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "hearings" {
  bucket = aws_s3_bucket.hearings.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "hearings" {
  bucket = aws_s3_bucket.hearings.id
  rule {
    default_retention {
      mode  = "COMPLIANCE"
      years = 10
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "hearings" {
  bucket = aws_s3_bucket.hearings.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.hearings.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "hearings" {
  bucket = aws_s3_bucket.hearings.id
  rule {
    id     = "cold"
    status = "Enabled"
    filter {}
    transition {
      days          = 90
      storage_class = "DEEP_ARCHIVE"
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "hearings" {
  bucket     = aws_s3_bucket.hearings.id
  role       = var.replication_role_arn
  depends_on = [aws_s3_bucket_versioning.hearings]
  rule {
    id     = "to-frankfurt"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Disabled"
    }
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket        = var.frankfurt_bucket_arn
      storage_class = "STANDARD"
      encryption_configuration {
        replica_kms_key_id = var.frankfurt_key_arn
      }
    }
  }
}
