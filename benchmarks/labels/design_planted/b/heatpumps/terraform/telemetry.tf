resource "aws_kinesis_stream" "telemetry" {
  name             = "telemetry"
  shard_count      = 8
  retention_period = 24
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.fleet.arn
}

resource "aws_kms_key" "fleet" {
  description         = "fleet data"
  enable_key_rotation = true
}

resource "aws_sqs_queue" "commands" {
  name                       = "commands"
  visibility_timeout_seconds = 60
  message_retention_seconds  = 900
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.commands_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "commands_dlq" {
  name                      = "commands-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_s3_bucket" "rejects" {
  bucket = "hp-telemetry-rejects"
}

resource "aws_s3_bucket_public_access_block" "rejects" {
  bucket                  = aws_s3_bucket.rejects.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "rejects" {
  bucket = aws_s3_bucket.rejects.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.fleet.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "rejects" {
  bucket = aws_s3_bucket.rejects.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "rejects" {
  bucket = aws_s3_bucket.rejects.id
  rule {
    id     = "drop-after-60-days"
    status = "Enabled"
    filter {}
    expiration {
      days = 60
    }
  }
}

resource "aws_db_instance" "fleet" {
  identifier                  = "fleet-pg"
  engine                      = "postgres"
  engine_version              = "15.8"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  max_allocated_storage       = 500
  multi_az                    = true
  storage_encrypted           = true
  publicly_accessible         = false
  db_subnet_group_name        = var.db_subnets
  vpc_security_group_ids      = [aws_security_group.fleet_pg.id]
  username                    = "fleet"
  manage_master_user_password = true
  backup_retention_period     = 14
  deletion_protection         = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "fleet-pg-last"
}

resource "aws_security_group" "fleet_pg" {
  name   = "fleet-pg"
  vpc_id = var.vpc_id

  ingress {
    description     = "fleet-api tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.fleet_api.id]
  }
}
