# Appointment booking for the vehicle licensing office
terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.70" }
  }
}

resource "aws_db_instance" "bookings" {
  identifier                      = "bookings"
  engine                          = "postgres"
  engine_version                  = "16.4"
  instance_class                  = "db.m6g.large"
  allocated_storage               = 100
  max_allocated_storage           = 400
  db_name                         = "bookings"
  username                        = "bookings_owner"
  manage_master_user_password     = true
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  publicly_accessible             = false
  db_subnet_group_name            = var.db_subnet_group
  vpc_security_group_ids          = [aws_security_group.db.id]
  backup_retention_period         = 14
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "bookings-final"
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_security_group" "db" {
  name        = "bookings-db"
  description = "PostgreSQL for the booking tasks"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "db_from_tasks" {
  security_group_id            = aws_security_group.db.id
  description                  = "From the booking tasks only"
  referenced_security_group_id = var.task_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_sqs_queue" "mails_dead" {
  name                      = "booking-mails-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "mails" {
  name                       = "booking-mails"
  visibility_timeout_seconds = 90
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.mails_dead.arn
    maxReceiveCount     = 5
  })
}
