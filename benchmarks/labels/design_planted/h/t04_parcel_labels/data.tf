data "aws_iam_role" "label_print" {
  name = "label-print"
}

data "aws_secretsmanager_secret" "carrier" {
  name = "labels/carrier"
}

data "aws_sns_topic" "oncall" {
  name = "oncall-logistics"
}
