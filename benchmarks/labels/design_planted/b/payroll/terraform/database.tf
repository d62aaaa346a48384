# Databases of the payroll domain. Applied by the platform pipeline, workspace payroll-prod.

locals {
  tags = {
    domain      = "payroll"
    cost_center = "4711"
  }
}

resource "aws_db_instance" "payroll" {
  identifier     = "payroll-db"
  engine         = "postgres"
  engine_version = "16.4"
  instance_class = "db.r6g.xlarge"

  allocated_storage     = 200
  max_allocated_storage = 1000
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.payroll.arn

  multi_az                  = true
  publicly_accessible       = false
  db_subnet_group_name      = var.data_subnet_group
  vpc_security_group_ids    = [aws_security_group.payroll_db.id]
  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "payroll-db-final"
  performance_insights_enabled = true

  username = "payroll_owner"
  manage_master_user_password = true
  tags     = local.tags
}

resource "aws_db_instance" "dispatcher" {
  identifier     = "dispatcher-db"
  engine         = "postgres"
  engine_version = "16.4"
  instance_class = "db.t4g.large"

  allocated_storage     = 50
  max_allocated_storage = 200
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.payroll.arn

  multi_az                  = true
  publicly_accessible       = false
  db_subnet_group_name      = var.data_subnet_group
  vpc_security_group_ids    = [aws_security_group.dispatcher_db.id]
  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "dispatcher-db-final"

  username = "dispatcher_owner"
  manage_master_user_password = true
  tags     = local.tags
}

resource "aws_kms_key" "payroll" {
  description             = "Payroll data at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_security_group" "payroll_db" {
  name        = "payroll-db"
  description = "PostgreSQL from the EKS worker subnets"
  vpc_id      = var.vpc_id

  ingress {
    description = "payroll-api and run-worker"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = var.eks_node_cidrs
  }
}

resource "aws_security_group" "dispatcher_db" {
  name        = "dispatcher-db"
  description = "PostgreSQL from the EKS worker subnets"
  vpc_id      = var.vpc_id

  ingress {
    description     = "payment-dispatcher"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.eks_node_security_group]
  }
}

variable "vpc_id" {
  description = "VPC of the production account"
  type        = string
}

variable "data_subnet_group" {
  description = "Subnet group of the private data subnets, one per zone"
  type        = string
}

variable "eks_node_cidrs" {
  description = "Private subnets of the EKS nodes"
  type        = list(string)
}

variable "eks_node_security_group" {
  description = "Security group of the EKS nodes"
  type        = string
}
