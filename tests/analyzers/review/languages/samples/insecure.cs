using System.Data.SqlClient;
using System.Diagnostics;
using System.IO;
using System.Runtime.Serialization.Formatters.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;

public class OrdersController : Controller
{
    private readonly SqlConnection _connection;

    [HttpGet]
    public IActionResult List([FromQuery] string status)
    {
        var query = "SELECT * FROM Orders WHERE Status = '" + status + "'";
        var command = new SqlCommand(query, _connection); // expect: security/sql-injection
        return Ok(command.ExecuteReader());
    }

    [HttpGet]
    public IActionResult Invoice([FromQuery] string name)
    {
        return File(System.IO.File.OpenRead(Path.Combine("invoices", name)), "application/pdf");
    }

    [HttpGet]
    public IActionResult Notes([FromQuery] string name)
    {
        return Ok(File.ReadAllText(Path.Combine("notes", name))); // expect: security/path-traversal
    }

    public IActionResult Leave(string returnUrl)
    {
        return Redirect(returnUrl); // expect: security/open-redirect
    }

    public void Convert(string file)
    {
        Process.Start("cmd.exe", $"/c convert {file} out.png"); // expect: security/command-injection
    }

    public object Restore(Stream stream)
    {
        var formatter = new BinaryFormatter(); // expect: security/unsafe-deserialization
        return formatter.Deserialize(stream);
    }

    public string NewToken()
    {
        var random = new Random(); // expect: security/weak-random
        return random.Next().ToString("x");
    }

    public byte[] Hash(byte[] password)
    {
        using var md5 = MD5.Create(); // expect: security/weak-hash
        return md5.ComputeHash(password);
    }

    public void Trust(HttpClientHandler handler)
    {
        handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => true; // expect: security/tls-verification-off
    }
}
