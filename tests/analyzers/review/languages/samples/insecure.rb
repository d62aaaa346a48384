class OrdersController < ApplicationController
  skip_before_action :verify_authenticity_token # expect: security/csrf-off

  def index
    @orders = Order.where("status = '#{params[:status]}'") # expect: security/sql-injection
    @orders = @orders.order(params[:sort]) # expect: security/sql-injection
  end

  def create
    @order = Order.create(params[:order]) # expect: security/mass-assignment
    redirect_to params[:back] # expect: security/open-redirect
  end

  def invoice
    send_file "/srv/invoices/#{params[:name]}" # expect: security/path-traversal
  end

  def convert
    system("convert #{params[:file]} out.png") # expect: security/command-injection
  end

  def restore
    @cart = Marshal.load(Base64.decode64(cookies[:cart])) # expect: security/unsafe-deserialization
  end

  def act
    @order.send(params[:event]) # expect: security/unsafe-reflection
  end

  def reset_token
    Digest::MD5.hexdigest(current_user.email) # expect: security/weak-hash
  end

  def report
    Order.all.each do |order|
      customer = Customer.find(order.customer_id) # expect: performance/query-in-loop
      logger.info(customer.name)
    end
  end
end
