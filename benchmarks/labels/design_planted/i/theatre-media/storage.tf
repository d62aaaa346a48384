resource "aws_s3_bucket" "recordings" {
  bucket = "schauspielhaus-recordings-prod"
}

resource "aws_s3_bucket_public_access_block" "recordings" {
  bucket                  = aws_s3_bucket.recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.recordings.arn
    }
  }
}

resource "aws_kms_key" "recordings" {
  description             = "Recordings of rehearsals"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_sqs_queue" "to_encode" {
  name                       = "to-encode"
  message_retention_seconds  = 345600
  visibility_timeout_seconds = 1800
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.to_encode_dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "to_encode_dead" {
  name                      = "to-encode-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}
