# Monthly energy reports: SQS -> Lambda -> S3. The customer portal hands out signed URLs of 5 minutes.

resource "aws_s3_bucket" "reports" {
  bucket = "stromblick-reports-prod"
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "reports" {
  bucket = aws_s3_bucket.reports.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
    bucket_key_enabled = true
  }
}

resource "aws_sqs_queue" "render" {
  name                       = "render-report"
  visibility_timeout_seconds = 720
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.render_dead.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "render_dead" {
  name                      = "render-report-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_function" "render" {
  function_name                  = "render-report"
  package_type                   = "Image"
  image_uri                      = "444455556666.dkr.ecr.eu-west-1.amazonaws.com/render-report:1.9.2"
  role                           = aws_iam_role.render.arn
  timeout                        = 120
  memory_size                    = 1024
  reserved_concurrent_executions = 20

  environment {
    variables = {
      BUCKET         = aws_s3_bucket.reports.bucket
      METER_API_URL  = "https://meters.stromblick.example"
      METER_TIMEOUT  = "8s"
    }
  }

  tracing_config {
    mode = "Active"
  }
}

resource "aws_lambda_event_source_mapping" "render" {
  event_source_arn        = aws_sqs_queue.render.arn
  function_name           = aws_lambda_function.render.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = 20
  }
}

resource "aws_iam_role" "render" {
  name = "render-report"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "render" {
  name = "render-report"
  role = aws_iam_role.render.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = "${aws_s3_bucket.reports.arn}/reports/*"
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.render.arn
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = "render-report-dead"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.render_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.oncall_topic_arn]
}

variable "oncall_topic_arn" {
  type = string
}
