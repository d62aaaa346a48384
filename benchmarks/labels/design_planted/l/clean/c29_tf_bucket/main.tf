# Bucket for signed permits of the building authority
resource "aws_s3_bucket" "permits" {
  bucket = "building-permits-${var.environment}"
}

resource "aws_s3_bucket_public_access_block" "permits" {
  bucket                  = aws_s3_bucket.permits.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "permits" {
  bucket = aws_s3_bucket.permits.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "permits" {
  bucket = aws_s3_bucket.permits.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.permits.arn
    }
    bucket_key_enabled = true
  }
}

resource "aws_kms_key" "permits" {
  description             = "Signed building permits"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_s3_bucket_logging" "permits" {
  bucket        = aws_s3_bucket.permits.id
  target_bucket = var.log_bucket
  target_prefix = "permits/"
}

resource "aws_s3_bucket_lifecycle_configuration" "permits" {
  bucket = aws_s3_bucket.permits.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 365
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "DenyPlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.permits.arn, "${aws_s3_bucket.permits.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "permits" {
  bucket = aws_s3_bucket.permits.id
  policy = data.aws_iam_policy_document.tls_only.json
}

variable "environment" {
  description = "test or prod"
  type        = string
}

variable "log_bucket" {
  description = "Central bucket for access logs"
  type        = string
}
