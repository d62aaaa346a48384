resource "aws_rds_cluster" "studio" {
  cluster_identifier          = "hoerbar-studio"
  engine                      = "aurora-postgresql"
  engine_version              = "16.4"
  database_name               = "hoerbar"
  master_username             = "hoerbar_admin"
  manage_master_user_password = true
  storage_encrypted           = true
  kms_key_id                  = aws_kms_key.data.arn
  backup_retention_period     = 21
  preferred_backup_window     = "02:00-02:40"
  deletion_protection         = true
  copy_tags_to_snapshot       = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "hoerbar-studio-final"
  db_subnet_group_name        = aws_db_subnet_group.private.name
  vpc_security_group_ids      = [aws_security_group.db.id]

  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_rds_cluster_instance" "studio" {
  count                        = 2
  identifier                   = "hoerbar-studio-${count.index}"
  cluster_identifier           = aws_rds_cluster.studio.id
  instance_class               = "db.r6g.large"
  engine                       = aws_rds_cluster.studio.engine
  engine_version               = aws_rds_cluster.studio.engine_version
  availability_zone            = var.zones[count.index]
  publicly_accessible          = false
  performance_insights_enabled = true
}

resource "aws_kms_key" "data" {
  description             = "Hörbar data"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_security_group" "db" {
  name        = "hoerbar-db"
  description = "Aurora, from the tasks only"
  vpc_id      = var.vpc_id

  ingress {
    description     = "PostgreSQL from ECS tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.tasks.id]
  }
}

resource "aws_sqs_queue" "episode_jobs" {
  name                       = "episode-jobs"
  visibility_timeout_seconds = 900
  message_retention_seconds  = 345600
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.data.id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.episode_jobs_dlq.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "episode_jobs_dlq" {
  name                      = "episode-jobs-dlq"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.data.id
}

resource "aws_s3_bucket" "media" {
  bucket = "hoerbar-media"
}

resource "aws_s3_bucket_versioning" "media" {
  bucket = aws_s3_bucket.media.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "media" {
  bucket = aws_s3_bucket.media.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "media" {
  bucket                  = aws_s3_bucket.media.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "media" {
  bucket = aws_s3_bucket.media.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "media" {
  bucket = aws_s3_bucket.media.id
  role   = var.replication_role_arn
  rule {
    id     = "to-ireland"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Enabled"
    }
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket = var.ireland_bucket_arn
      encryption_configuration {
        replica_kms_key_id = var.ireland_kms_key_arn
      }
    }
  }
  depends_on = [aws_s3_bucket_versioning.media]
}

resource "aws_dynamodb_table" "download_counts" {
  name                        = "download-counts"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "episode_id"
  range_key                   = "hour"
  deletion_protection_enabled = true

  attribute {
    name = "episode_id"
    type = "S"
  }

  attribute {
    name = "hour"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }
}
