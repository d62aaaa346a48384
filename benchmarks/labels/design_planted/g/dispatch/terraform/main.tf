terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.31"
    }
  }
  backend "s3" {
    bucket         = "dispatch-tfstate"
    key            = "prod/terraform.tfstate"
    region         = "eu-central-1"
    encrypt        = true
    dynamodb_table = "dispatch-tflock"
  }
}

provider "aws" {
  region = "eu-central-1"
}

variable "vpc_id" {
  type        = string
  description = "VPC of the production environment"
}

variable "private_subnets" {
  type        = list(string)
  description = "Private subnets in three zones"
}

variable "app_security_group" {
  type        = string
  description = "Security group of the cluster nodes"
}

resource "aws_security_group" "db" {
  name        = "dispatch-db"
  description = "PostgreSQL of dispatch"
  vpc_id      = var.vpc_id

  ingress {
    description     = "PostgreSQL from the cluster"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [var.app_security_group]
  }
}

resource "aws_db_subnet_group" "dispatch" {
  name       = "dispatch"
  subnet_ids = var.private_subnets
}

resource "aws_db_instance" "dispatch" {
  identifier                  = "dispatch"
  engine                      = "postgres"
  engine_version              = "15.5"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  max_allocated_storage       = 400
  storage_encrypted           = true
  multi_az                    = true
  publicly_accessible         = false
  username                    = "dispatch"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.dispatch.name
  vpc_security_group_ids      = [aws_security_group.db.id]
  backup_retention_period     = 14
  deletion_protection         = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "dispatch-final"
  performance_insights_enabled = true
}

resource "aws_elasticache_subnet_group" "location" {
  name       = "location"
  subnet_ids = var.private_subnets
}

resource "aws_elasticache_replication_group" "location" {
  replication_group_id       = "location"
  description                = "Courier positions"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.m6g.large"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.location.name
}

resource "aws_sqs_queue" "offers_dlq" {
  name                      = "offers-dlq"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "offers" {
  name                       = "offers"
  message_retention_seconds  = 60
  visibility_timeout_seconds = 10
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.offers_dlq.arn
    maxReceiveCount     = 5
  })
}
