package org.example.orders;

import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.sql.*;
import java.util.*;
import javax.crypto.Cipher;
import javax.servlet.http.*;

public class OrderServlet extends HttpServlet {
    private static final Path INVOICES = Paths.get("/srv/invoices");
    private static final SecureRandom RANDOM = new SecureRandom();
    private Connection connection;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String customer = request.getParameter("customer");
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM orders WHERE customer = ?")) {
            statement.setString(1, customer);
            statement.executeQuery();
        } catch (SQLException e) {
            log("orders could not be read", e);
        }
        response.getWriter().println("<p>Orders of " + HtmlUtils.htmlEscape(customer) + "</p>");
        Path invoice = INVOICES.resolve(request.getParameter("invoice")).normalize();
        if (!invoice.startsWith(INVOICES)) {
            response.sendError(404);
            return;
        }
        Files.copy(invoice, response.getOutputStream());
        response.sendRedirect("/orders");
    }

    void convert(String file) throws IOException {
        new ProcessBuilder("convert", file, "out.png").start();
    }

    String newToken() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    byte[] digest(byte[] body) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(body);
    }

    Cipher cipher() throws Exception {
        return Cipher.getInstance("AES/GCM/NoPadding");
    }

    boolean open(String state) {
        return "open".equals(state);
    }

    String joined(List<String> names) {
        return String.join(", ", names);
    }
}
