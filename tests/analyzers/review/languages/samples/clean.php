<?php
session_start();
$db = new mysqli("localhost", "shop", getenv("DB_PASSWORD"), "shop");

$statement = $db->prepare("SELECT * FROM products WHERE id = ?");
$statement->bind_param("i", $_GET["id"]);
$statement->execute();
$product = $statement->get_result()->fetch_assoc();

$pages = ["home", "about"];
$page = $_GET["page"];
if (!in_array($page, $pages, true)) {
    $page = "home";
}
include "pages/" . $page . ".php";

if (isset($_POST["email"])) {
    $hash = password_hash($_POST["password"], PASSWORD_DEFAULT);
    $token = bin2hex(random_bytes(32));
    setcookie("auth", $token, ["secure" => true, "httponly" => true, "samesite" => "Lax"]);
    if (hash_equals($product["hash"], $hash)) {
        header("Location: /account");
    }
}

if (isset($_GET["host"])) {
    system("ping -c 1 " . escapeshellarg($_GET["host"]));
}

$cart = json_decode($_COOKIE["cart"], true);
$notes = file_get_contents("notes/" . basename($_GET["note"]));
?>
<h1><?= htmlspecialchars($product["name"]) ?></h1>
<p>You searched for <?= htmlspecialchars($_GET["q"]) ?>, isn't it?</p>
