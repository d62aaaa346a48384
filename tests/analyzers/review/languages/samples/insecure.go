package orders

import (
	"crypto/md5"
	"database/sql"
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
)

type server struct {
	db *sql.DB
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	status := r.URL.Query().Get("status")
	query := fmt.Sprintf("SELECT id FROM orders WHERE status = '%s'", status)
	rows, err := s.db.Query(query) // expect: security/sql-injection
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // expect: security/error-exposure
		return
	}
	defer rows.Close()
}

func (s *server) download(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	body, err := os.ReadFile(filepath.Join("/srv/files", name)) // expect: security/path-traversal
	if err != nil {
		return
	}
	w.Write(body)
}

func (s *server) ping(w http.ResponseWriter, r *http.Request) {
	out, err := exec.Command("sh", "-c", "ping -c1 "+r.FormValue("host")).Output() // expect: security/command-injection
	if err == nil {
		w.Write(out)
	}
}

func (s *server) hello(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "<h1>Hello %s</h1>", r.URL.Query().Get("name")) // expect: security/xss
}

func (s *server) proxy(w http.ResponseWriter, r *http.Request) {
	target := r.URL.Query().Get("target")
	resp, err := http.Get(target) // expect: security/ssrf
	if err != nil {
		return
	}
	defer resp.Body.Close()
}

func hashPassword(password string) string {
	return fmt.Sprintf("%x", md5.Sum([]byte(password))) // expect: security/weak-hash
}

func newToken() string {
	b := make([]byte, 16)
	for i := range b {
		b[i] = byte(rand.Intn(256)) // expect: security/weak-random
	}
	return fmt.Sprintf("%x", b)
}

func closeAll(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close() // expect: logic/defer-in-loop
	}
	return nil
}
