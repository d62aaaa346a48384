resource "aws_rds_cluster" "messages" {
  cluster_identifier          = "messages-db"
  engine                      = "aurora-postgresql"
  engine_version              = "16.3"
  database_name               = "messages"
  master_username             = "huddle"
  manage_master_user_password = true
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.huddle.arn
  backup_retention_period     = 14
  preferred_backup_window     = "02:00-03:00"
  deletion_protection         = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "messages-db-final"
  db_subnet_group_name        = var.db_subnet_group
  vpc_security_group_ids      = [aws_security_group.messages_db.id]
}

resource "aws_rds_cluster_instance" "messages" {
  count                = 3
  identifier           = "messages-db-${count.index}"
  cluster_identifier   = aws_rds_cluster.messages.id
  engine               = aws_rds_cluster.messages.engine
  instance_class       = "db.r6g.xlarge"
  availability_zone    = var.zones[count.index]
  publicly_accessible  = false
  monitoring_interval  = 60
  monitoring_role_arn  = var.rds_monitoring_role_arn
}

resource "aws_security_group" "messages_db" {
  name        = "messages-db"
  description = "Services to the database"
  vpc_id      = var.vpc_id

  ingress {
    description     = "PostgreSQL from the services"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.services.id]
  }
}

resource "aws_elasticache_replication_group" "presence" {
  replication_group_id       = "presence"
  description                = "Who is connected where"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.r7g.large"
  num_node_groups            = 3
  replicas_per_node_group    = 1
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  subnet_group_name          = var.cache_subnet_group
  security_group_ids         = [var.presence_sg_id]
}

resource "aws_sqs_queue" "message_events" {
  name                       = "message-events"
  visibility_timeout_seconds = 30
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.huddle.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.message_events_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "message_events_dlq" {
  name                      = "message-events-dlq"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.huddle.arn
}

resource "aws_sqs_queue" "notifications" {
  name                       = "notifications"
  visibility_timeout_seconds = 60
  message_retention_seconds  = 345600
  kms_master_key_id          = aws_kms_key.huddle.arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.notifications_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "notifications_dlq" {
  name                      = "notifications-dlq"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.huddle.arn
}

resource "aws_s3_bucket" "attachments" {
  bucket = "huddle-attachments-prod"
}

resource "aws_s3_bucket_public_access_block" "attachments" {
  bucket                  = aws_s3_bucket.attachments.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "attachments" {
  bucket = aws_s3_bucket.attachments.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.huddle.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "attachments" {
  bucket = aws_s3_bucket.attachments.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_kms_key" "huddle" {
  description             = "huddle data at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}
