terraform {
  required_version = "~> 1.8"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.55"
    }
  }
}

variable "vpc_id" { type = string }
variable "data_subnet_ids" { type = list(string) }
variable "app_security_group_id" { type = string }
variable "kms_key_arn" { type = string }

resource "aws_security_group" "patients_db" {
  name        = "patients-db"
  description = "PostgreSQL of the patient file"
  vpc_id      = var.vpc_id

  ingress {
    description     = "application nodes"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.app_security_group_id]
  }
}

resource "aws_db_subnet_group" "patients" {
  name       = "patients"
  subnet_ids = var.data_subnet_ids
}

resource "aws_db_instance" "patients" {
  identifier                   = "patients"
  engine                       = "postgres"
  engine_version               = "16.3"
  instance_class               = "db.r6g.large"
  allocated_storage            = 200
  max_allocated_storage        = 800
  storage_encrypted            = true
  kms_key_id                   = var.kms_key_arn
  multi_az                     = true
  publicly_accessible          = false
  db_subnet_group_name         = aws_db_subnet_group.patients.name
  vpc_security_group_ids       = [aws_security_group.patients_db.id]
  username                     = "patients_owner"
  manage_master_user_password  = true
  backup_retention_period      = 30
  copy_tags_to_snapshot        = true
  deletion_protection          = true
  skip_final_snapshot          = false
  final_snapshot_identifier    = "patients-final"
  performance_insights_enabled = true
  auto_minor_version_upgrade   = true
}
