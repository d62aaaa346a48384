<?php
session_start();
$db = new mysqli("localhost", "shop", getenv("DB_PASSWORD"), "shop");

$id = $_GET["id"];
$result = $db->query("SELECT * FROM products WHERE id = $id"); // expect: security/sql-injection
$product = $result->fetch_assoc();

$page = $_GET["page"];
include "pages/" . $page . ".php"; // expect: security/file-inclusion

if (isset($_POST["email"])) {
    $hash = md5($_POST["password"]); // expect: security/weak-hash
    $token = md5(uniqid(rand(), true)); // expect: security/weak-random
    setcookie("auth", $token, time() + 86400); // expect: security/insecure-cookie
    if ($hash == $product["hash"]) { // expect: security/loose-comparison
        header("Location: " . $_GET["next"]); // expect: security/open-redirect
    }
}

if (isset($_GET["host"])) {
    system("ping -c 1 " . $_GET["host"]); // expect: security/command-injection
}

$cart = unserialize($_COOKIE["cart"]); // expect: security/unsafe-deserialization
$notes = file_get_contents("notes/" . $_GET["note"]); // expect: security/path-traversal
?>
<h1><?= $product["name"] ?></h1>
<p>You searched for <?= $_GET["q"] ?></p> <!-- expect: security/xss -->
