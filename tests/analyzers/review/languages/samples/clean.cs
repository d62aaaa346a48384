using System.Data.SqlClient;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

public class OrdersController : Controller
{
    private readonly SqlConnection _connection;

    [HttpGet]
    public IActionResult List([FromQuery] string status)
    {
        var command = new SqlCommand("SELECT * FROM Orders WHERE Status = @status", _connection);
        command.Parameters.AddWithValue("@status", status);
        return Ok(command.ExecuteReader());
    }

    [HttpGet]
    public IActionResult Notes([FromQuery] string name)
    {
        return Ok(File.ReadAllText(Path.Combine("notes", Path.GetFileName(name))));
    }

    public IActionResult Leave(string returnUrl)
    {
        return LocalRedirect(returnUrl);
    }

    public void Convert(string file)
    {
        var start = new ProcessStartInfo("convert");
        start.ArgumentList.Add(file);
        Process.Start(start);
    }

    public Order Restore(string text)
    {
        return JsonSerializer.Deserialize<Order>(text);
    }

    public string NewToken()
    {
        return Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
    }

    public byte[] Digest(byte[] body)
    {
        return SHA256.HashData(body);
    }
}
