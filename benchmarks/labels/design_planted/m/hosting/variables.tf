variable "vpc_id" {
  type        = string
  description = "VPC of the panel"
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "Private subnets in three zones"
}

variable "public_subnet_ids" {
  type        = list(string)
  description = "Public subnets in three zones, for the load balancer only"
}

variable "panel_task_sg_id" {
  type        = string
  description = "Security group of the panel's tasks"
}

variable "edge_sg_id" {
  type        = string
  description = "Security group of the load balancer"
}

variable "log_bucket" {
  type        = string
  description = "Bucket for access logs"
}

variable "certificate_arn" {
  type        = string
  description = "ACM certificate of panel.nordhost.example"
}
