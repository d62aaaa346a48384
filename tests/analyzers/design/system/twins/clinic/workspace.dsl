workspace "Clinic" {
  model {
    patient = person "Patient"
    clinic = softwareSystem "Clinic" {
      portal = container "Patient Portal" "Shows appointments" "React"
      appointments = container "Appointment Service" "Books appointments" "Java"
      records = container "Records Service" "Keeps the files of patients" "Java"
      reminders = container "Reminder Service" "Sends reminders" "Python"
      apptDb = container "Appointment DB" "Appointments" "PostgreSQL 16" "Database"
      recordsDb = container "Records DB" "Files" "PostgreSQL 16" "Database"
      bus = container "Event Bus" "Events" "RabbitMQ" "Queue"
    }
    sms = softwareSystem "SMS Provider" "Sends texts" "External"
    patient -> portal "uses"
    portal -> appointments "books with" "HTTPS"
    appointments -> records "reads the file of" "gRPC"
    appointments -> apptDb "writes"
    records -> recordsDb "writes"
    appointments -> bus "publishes booked"
    bus -> reminders "delivers booked"
    reminders -> sms "sends with" "HTTPS"
  }
}
