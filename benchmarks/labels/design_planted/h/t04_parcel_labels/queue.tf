resource "aws_sqs_queue" "labels_dead" {
  name                      = "labels-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "labels" {
  name                       = "labels"
  visibility_timeout_seconds = 360
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.labels_dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_lambda_function" "print" {
  function_name                  = "label-print"
  role                           = data.aws_iam_role.label_print.arn
  package_type                   = "Image"
  image_uri                      = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/label-print:1.9.3"
  timeout                        = 60
  memory_size                    = 512
  reserved_concurrent_executions = 40
  environment {
    variables = {
      CARRIER_URL        = "https://api.carrier.example/labels"
      CARRIER_TIMEOUT_MS = "8000"
      CARRIER_SECRET_ARN = data.aws_secretsmanager_secret.carrier.arn
    }
  }
  tracing_config { mode = "Active" }
}

resource "aws_lambda_event_source_mapping" "print" {
  event_source_arn        = aws_sqs_queue.labels.arn
  function_name           = aws_lambda_function.print.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config { maximum_concurrency = 40 }
}

resource "aws_cloudwatch_metric_alarm" "labels_dead" {
  alarm_name          = "labels-dead-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.labels_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [data.aws_sns_topic.oncall.arn]
}

resource "aws_s3_bucket" "labels" {
  bucket = "parcel-labels-prod"
}

resource "aws_s3_bucket_public_access_block" "labels" {
  bucket                  = aws_s3_bucket.labels.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "labels" {
  bucket = aws_s3_bucket.labels.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "labels" {
  bucket = aws_s3_bucket.labels.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "aws:kms" }
  }
}
