variable "project" {
  type        = string
  description = "GCP project of the tariff calculator"
}

variable "network_id" {
  type        = string
  description = "Self link of the private VPC"
}
