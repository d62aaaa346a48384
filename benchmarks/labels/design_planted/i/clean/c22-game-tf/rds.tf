resource "aws_rds_cluster" "profiles" {
  cluster_identifier                  = "profiles"
  engine                              = "aurora-postgresql"
  engine_version                      = "15.6"
  database_name                       = "profiles"
  master_username                     = "profiles_owner"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.profiles.arn
  backup_retention_period             = 21
  preferred_backup_window             = "03:10-03:50"
  deletion_protection                 = true
  copy_tags_to_snapshot               = true
  skip_final_snapshot                 = false
  final_snapshot_identifier           = "profiles-final"
  db_subnet_group_name                = var.db_subnet_group
  vpc_security_group_ids              = [aws_security_group.profiles.id]
  enabled_cloudwatch_logs_exports     = ["postgresql"]
}

resource "aws_rds_cluster_instance" "profiles" {
  count                        = 3
  identifier                   = "profiles-${count.index}"
  cluster_identifier           = aws_rds_cluster.profiles.id
  engine                       = aws_rds_cluster.profiles.engine
  engine_version               = aws_rds_cluster.profiles.engine_version
  instance_class               = "db.r6g.xlarge"
  availability_zone            = var.zones[count.index]
  publicly_accessible          = false
  performance_insights_enabled = true
  auto_minor_version_upgrade   = true
}

resource "aws_kms_key" "profiles" {
  description             = "player profiles"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_security_group" "profiles" {
  name        = "profiles-db"
  description = "PostgreSQL for the profile service"
  vpc_id      = var.vpc_id

  ingress {
    description     = "profile service"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.profile_service_sg]
  }
}

variable "vpc_id" {
  type = string
}

variable "zones" {
  type = list(string)
}

variable "db_subnet_group" {
  type = string
}

variable "profile_service_sg" {
  type = string
}
