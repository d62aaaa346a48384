package orders

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"html/template"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

type server struct {
	db   *sql.DB
	page *template.Template
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	rows, err := s.db.QueryContext(r.Context(), "SELECT id FROM orders WHERE status = $1", r.URL.Query().Get("status"))
	if err != nil {
		log.Print(err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	defer rows.Close()
}

func (s *server) download(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if !filepath.IsLocal(name) {
		http.NotFound(w, r)
		return
	}
	http.ServeFile(w, r, filepath.Join("/srv/files", name))
}

func (s *server) ping(w http.ResponseWriter, r *http.Request) {
	out, err := exec.CommandContext(r.Context(), "ping", "-c1", "--", r.FormValue("host")).Output()
	if err == nil {
		w.Write(out)
	}
}

func (s *server) hello(w http.ResponseWriter, r *http.Request) {
	if err := s.page.Execute(w, r.URL.Query().Get("name")); err != nil {
		log.Print(err)
	}
}

func newToken() (string, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return hex.EncodeToString(b), nil
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func sizes(names []string) (int64, error) {
	var total int64
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return 0, err
		}
		total += info.Size()
	}
	return total, nil
}

func main() {
	s := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(s.ListenAndServe())
}
