terraform {
  required_version = ">= 1.7.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  backend "s3" {
    bucket         = "swiftparcel-tfstate"
    key            = "tracking/prod.tfstate"
    region         = "eu-central-1"
    encrypt        = true
    dynamodb_table = "terraform-locks"
  }
}

resource "aws_kms_key" "tracking" {
  description             = "Tracking data"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_sqs_queue" "scan_events_dlq" {
  name                      = "scan-events-dlq"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.tracking.arn
}

resource "aws_sqs_queue" "scan_events" {
  name                       = "scan-events"
  message_retention_seconds  = 345600
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.tracking.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.scan_events_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_cloudwatch_metric_alarm" "dlq_not_empty" {
  alarm_name          = "scan-events-dlq-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.scan_events_dlq.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  alarm_actions       = [var.pager_topic_arn]
}

resource "aws_security_group" "trails_db" {
  name        = "trails-db"
  description = "PostgreSQL from trail-writer and tracking-api only"
  vpc_id      = var.vpc_id

  ingress {
    description     = "PostgreSQL"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.trail_writer.id, aws_security_group.tracking_api.id]
  }
}

resource "aws_db_subnet_group" "trails" {
  name       = "trails"
  subnet_ids = var.private_subnet_ids
}

resource "aws_rds_cluster" "trails" {
  cluster_identifier              = "trails-db"
  engine                          = "aurora-postgresql"
  engine_version                  = "16.4"
  database_name                   = "trails"
  master_username                 = "trails_owner"
  manage_master_user_password     = true
  db_subnet_group_name            = aws_db_subnet_group.trails.name
  vpc_security_group_ids          = [aws_security_group.trails_db.id]
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.tracking.arn
  backup_retention_period         = 14
  preferred_backup_window         = "01:30-02:30"
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "trails-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_rds_cluster_instance" "trails" {
  count                        = 2
  identifier                   = "trails-${count.index}"
  cluster_identifier           = aws_rds_cluster.trails.id
  engine                       = aws_rds_cluster.trails.engine
  instance_class               = "db.r6g.large"
  availability_zone            = var.zones[count.index]
  publicly_accessible          = false
  performance_insights_enabled = true
  auto_minor_version_upgrade   = true
}

resource "aws_s3_bucket" "lb_logs" {
  bucket = "swiftparcel-lb-logs"
}

resource "aws_s3_bucket_public_access_block" "lb_logs" {
  bucket                  = aws_s3_bucket.lb_logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lb_logs" {
  bucket = aws_s3_bucket.lb_logs.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}

resource "aws_s3_bucket_versioning" "lb_logs" {
  bucket = aws_s3_bucket.lb_logs.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_lifecycle_configuration" "lb_logs" {
  bucket = aws_s3_bucket.lb_logs.id
  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    expiration { days = 90 }
    noncurrent_version_expiration { noncurrent_days = 7 }
  }
}
