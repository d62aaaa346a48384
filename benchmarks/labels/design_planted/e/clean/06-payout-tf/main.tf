# Payout statements: a monthly batch for sellers. Reviewed by infra on 2 October.

resource "aws_s3_bucket" "statements" {
  bucket = "marktlaube-statements"
}

resource "aws_s3_bucket_public_access_block" "statements" {
  bucket                  = aws_s3_bucket.statements.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "statements" {
  bucket = aws_s3_bucket.statements.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "statements" {
  bucket = aws_s3_bucket.statements.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_db_instance" "payouts" {
  identifier                          = "payouts"
  engine                              = "postgres"
  engine_version                      = "16.4"
  instance_class                      = "db.m7g.large"
  allocated_storage                   = 200
  max_allocated_storage               = 800
  db_name                             = "payouts"
  username                            = "payouts_admin"
  manage_master_user_password         = true
  multi_az                            = true
  storage_encrypted                   = true
  kms_key_id                          = var.kms_key_arn
  publicly_accessible                 = false
  iam_database_authentication_enabled = true
  backup_retention_period             = 30
  deletion_protection                 = true
  copy_tags_to_snapshot               = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "payouts-final"
  auto_minor_version_upgrade          = true
  monitoring_interval                 = 60
  monitoring_role_arn                 = var.monitoring_role_arn
  db_subnet_group_name                = var.db_subnet_group
  vpc_security_group_ids              = [aws_security_group.payouts_db.id]
}

resource "aws_security_group" "payouts_db" {
  name        = "payouts-db"
  description = "PostgreSQL of payouts"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_lambda" {
  security_group_id            = aws_security_group.payouts_db.id
  description                  = "statement-maker only"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = var.lambda_security_group_id
}

resource "aws_lambda_function" "statement_maker" {
  function_name                  = "statement-maker"
  package_type                   = "Image"
  image_uri                      = "${var.registry}/statement-maker:1.8.0"
  role                           = var.lambda_role_arn
  timeout                        = 120
  memory_size                    = 1024
  reserved_concurrent_executions = 10

  vpc_config {
    subnet_ids         = var.private_subnets
    security_group_ids = [var.lambda_security_group_id]
  }

  environment {
    variables = {
      DB_SECRET_ARN = var.db_secret_arn
      BUCKET        = aws_s3_bucket.statements.bucket
    }
  }

  tracing_config {
    mode = "Active"
  }
}

resource "aws_sqs_queue" "statements" {
  name                       = "statements"
  visibility_timeout_seconds = 720
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.statements_dlq.arn
    maxReceiveCount     = 4
  })
}

resource "aws_sqs_queue" "statements_dlq" {
  name                      = "statements-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_event_source_mapping" "statements" {
  event_source_arn        = aws_sqs_queue.statements.arn
  function_name           = aws_lambda_function.statement_maker.arn
  batch_size              = 5
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "statements-dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.statements_dlq.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.oncall_topic_arn]
}
