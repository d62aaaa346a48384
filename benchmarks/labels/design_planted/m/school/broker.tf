resource "aws_mq_broker" "roster" {
  broker_name                = "roster"
  engine_type                = "ActiveMQ"
  engine_version             = "5.18"
  host_instance_type         = "mq.m5.large"
  deployment_mode            = "ACTIVE_STANDBY_MULTI_AZ"
  publicly_accessible        = false
  auto_minor_version_upgrade = true
  subnet_ids                 = var.private_subnet_ids
  security_groups            = [var.broker_sg_id]

  user {
    username = "registry"
    password = random_password.registry.result
  }

  encryption_options {
    use_aws_owned_key = false
    kms_key_id        = var.kms_key_arn
  }

  logs {
    general = true
    audit   = true
  }

  maintenance_window_start_time {
    day_of_week = "SUNDAY"
    time_of_day = "03:00"
    time_zone   = "Europe/Berlin"
  }
}

resource "random_password" "registry" {
  length  = 40
  special = false
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "One private subnet in each of two zones"
}

variable "broker_sg_id" {
  type        = string
  description = "Lets in the schools' VPN ranges on 61617 only"
}

variable "kms_key_arn" {
  type        = string
  description = "Key of the school authority"
}
