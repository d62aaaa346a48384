class OrdersController < ApplicationController
  SORTS = { "total" => :total, "created" => :created_at }.freeze

  def index
    @orders = Order.where(status: params[:status])
    @orders = @orders.order(SORTS.fetch(params[:sort], :created_at))
  end

  def create
    @order = Order.create(order_params)
    redirect_to orders_path
  end

  def invoice
    send_file Rails.root.join("invoices", File.basename(params[:name]))
  end

  def convert
    system("convert", @order.file, "out.png")
  end

  def restore
    @cart = JSON.parse(cookies[:cart])
  end

  def act
    @order.cancel if params[:event] == "cancel"
  end

  def reset_token
    SecureRandom.hex(32)
  end

  def report
    Order.includes(:customer).each do |order|
      logger.info(order.customer.name)
    end
  end

  private

  def order_params
    params.require(:order).permit(:product_id, :amount)
  end
end
