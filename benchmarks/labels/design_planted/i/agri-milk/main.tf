terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.50" }
  }
}

resource "aws_db_instance" "milk" {
  identifier                  = "milk-yield"
  engine                      = "postgres"
  engine_version              = "16.3"
  instance_class              = "db.m6g.large"
  allocated_storage           = 200
  max_allocated_storage       = 800
  multi_az                    = true
  storage_encrypted           = true
  publicly_accessible         = false
  backup_retention_period     = 14
  deletion_protection         = true
  skip_final_snapshot         = false
  final_snapshot_identifier   = "milk-yield-final"
  username                    = "milk_owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.milk.name
  vpc_security_group_ids      = [aws_security_group.milk_db.id]
}

resource "aws_db_subnet_group" "milk" {
  name       = "milk"
  subnet_ids = var.private_subnet_ids
}

resource "aws_security_group" "milk_db" {
  name        = "milk-db"
  description = "PostgreSQL from the herd service only"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "milk_db_in" {
  type                     = "ingress"
  description              = "herd service"
  from_port                = 5432
  to_port                  = 5432
  protocol                 = "tcp"
  security_group_id        = aws_security_group.milk_db.id
  source_security_group_id = var.herd_service_sg_id
}

variable "vpc_id" { type = string }
variable "private_subnet_ids" { type = list(string) }
variable "herd_service_sg_id" { type = string }
