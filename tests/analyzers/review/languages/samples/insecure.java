package org.example.orders;

import java.io.*;
import java.nio.file.*;
import java.security.MessageDigest;
import java.sql.*;
import java.util.*;
import javax.crypto.Cipher;
import javax.servlet.http.*;

public class OrderServlet extends HttpServlet {
    private Connection connection;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String customer = request.getParameter("customer");
        String sql = "SELECT * FROM orders WHERE customer = '" + customer + "'";
        try {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery(sql); // expect: security/sql-injection
        } catch (SQLException e) { // expect: logic/empty-catch
        }
        response.getWriter().println("<p>Orders of " + customer + "</p>"); // expect: security/xss
        byte[] body = Files.readAllBytes(Paths.get("/srv/invoices", request.getParameter("invoice"))); // expect: security/path-traversal
        response.sendRedirect(request.getParameter("next")); // expect: security/open-redirect
    }

    void convert(HttpServletRequest request) throws IOException {
        String file = request.getParameter("file");
        Runtime.getRuntime().exec("convert " + file + " out.png"); // expect: security/command-injection
    }

    Object restore(InputStream in) throws Exception {
        ObjectInputStream objects = new ObjectInputStream(in);
        return objects.readObject(); // expect: security/unsafe-deserialization
    }

    String newToken() {
        Random random = new Random(); // expect: security/weak-random
        return Long.toHexString(random.nextLong());
    }

    byte[] hash(String password) throws Exception {
        return MessageDigest.getInstance("MD5").digest(password.getBytes()); // expect: security/weak-hash
    }

    Cipher cipher() throws Exception {
        return Cipher.getInstance("DES/ECB/PKCS5Padding"); // expect: security/weak-cipher
    }

    boolean open(String state) {
        return state == "open"; // expect: logic/string-identity
    }

    String joined(List<String> names) {
        String all = "";
        for (String name : names) {
            all += name + ", "; // expect: performance/text-built-in-loop
        }
        return all;
    }
}
