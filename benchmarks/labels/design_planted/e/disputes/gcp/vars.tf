variable "network" { type = string }
variable "subnetwork" { type = string }
variable "db_password_secret" { type = string }
variable "gateway_service_account" { type = string }
variable "push_service_account" { type = string }
variable "refund_service_account" { type = string }
variable "evidence_worker_uri" {
  description = "The worker is deployed by the vision team's module, see modules/evidence-worker"
  type        = string
}
variable "evidence_kms_key" { type = string }
