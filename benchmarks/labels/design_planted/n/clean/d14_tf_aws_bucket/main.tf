# Intake of satellite tiles: bucket, queue, dead letters, worker function

resource "aws_s3_bucket" "tiles" {
  bucket = "agrisat-tiles-prod"
}

resource "aws_s3_bucket_public_access_block" "tiles" {
  bucket                  = aws_s3_bucket.tiles.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "tiles" {
  bucket = aws_s3_bucket.tiles.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "tiles" {
  bucket = aws_s3_bucket.tiles.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.tiles.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "tiles" {
  bucket = aws_s3_bucket.tiles.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_kms_key" "tiles" {
  description             = "Tiles at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_sqs_queue" "tiles" {
  name                       = "tiles"
  visibility_timeout_seconds = 360
  message_retention_seconds  = 345600
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.tiles_dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "tiles_dead" {
  name                      = "tiles-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "tiles" {
  queue_url = aws_sqs_queue.tiles.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.tiles.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_s3_bucket.tiles.arn } }
    }]
  })
}

resource "aws_s3_bucket_notification" "tiles" {
  bucket = aws_s3_bucket.tiles.id
  queue {
    queue_arn     = aws_sqs_queue.tiles.arn
    events        = ["s3:ObjectCreated:*"]
    filter_suffix = ".tif"
  }
  depends_on = [aws_sqs_queue_policy.tiles]
}

resource "aws_lambda_function" "index" {
  function_name                  = "tile-index"
  role                           = var.index_role_arn
  package_type                   = "Image"
  image_uri                      = "${var.repository_url}@${var.image_digest}"
  timeout                        = 60
  memory_size                    = 1024
  reserved_concurrent_executions = 50
  tracing_config {
    mode = "Active"
  }
}

resource "aws_lambda_event_source_mapping" "index" {
  event_source_arn        = aws_sqs_queue.tiles.arn
  function_name           = aws_lambda_function.index.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = 40
  }
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = "tiles-dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.tiles_dead.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.pager_topic_arn]
}

variable "index_role_arn" { type = string }
variable "repository_url" { type = string }
variable "image_digest" { type = string }
variable "pager_topic_arn" { type = string }
