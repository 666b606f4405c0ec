package queries

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// AuditEntry is one line of the audit trail: who did what to what, when and from where. It holds no evidence and no secret.
type AuditEntry struct {
	At      time.Time
	Account string // empty for a stranger, for the clock "clock", for the command line "cli:USER"
	Token   string // id of the API token that spoke for the account
	Action  string // evidence.read, export, decision, denied, signin, signin.failed, signout, account.*, config.*, …
	Object  string // what it was done to: the request line, an account, a case
	Detail  string // outcome or reason, in plain words for people
	Address string // of the client, without port
}

// What the trail records of itself.
const (
	AuditBegan    = "audit.began"
	AuditRepaired = "audit.repaired" // a crash had left entries that were stored and not anchored
	AuditSound    = "audit.sound"    // a scheduled verification found nothing; the object is the number of entries
	AuditFaulty   = "audit.faulty"   // it found a fault; the object is the number of the entry, the detail the code
)

// AuditOptions says where the trail keeps what it needs outside the database.
type AuditOptions struct {
	Folder  string      // state folder: key (audit.key) and lock; made where it is missing
	Anchor  string      // anchor file; audit.anchor of the folder where empty
	Key     []byte      // of 32 bytes, in place of the file
	Webhook string      // URL that receives the anchors as JSON; none where empty
	Syslog  string      // udp://host:port or tcp://host:port that receives the anchors after RFC 5424
	Failed  func(error) // hears of anchors that could not be sent; they are sent again
}

func (o AuditOptions) keyFile() string  { return filepath.Join(o.Folder, "audit.key") }
func (o AuditOptions) lockFile() string { return filepath.Join(o.Folder, "audit.lock") }
func (o AuditOptions) anchorFile() string {
	if o.Anchor != "" {
		return o.Anchor
	}
	return filepath.Join(o.Folder, "audit.anchor")
}

const (
	gatherAudit  = time.Millisecond // how long the first entry of a batch waits for others
	largestAudit = 1000             // entries of a batch
)

// AuditTrail adds to the audit trail of one store. It is safe for concurrent use; other processes that use the same state folder
// may add to the same trail.
type AuditTrail struct {
	store   *Store
	options AuditOptions
	key     []byte
	waiting chan *auditWaiter
	quit    chan struct{}
	ended   chan struct{}
	once    sync.Once
	senders []*auditSender

	// What follows belongs to whoever holds the lock file: first OpenAuditTrail, then the goroutine that commits.
	anchor   anchorFile
	head     AuditLink
	doubtful bool // the last batch failed half way, so that the store must be asked
}

type auditWaiter struct {
	entry AuditEntry
	done  chan error // has room for the answer
}

// OpenAuditTrail opens the trail of a store and begins it where there is none. What a crash left between the database and the
// anchor is brought to its end and recorded; anything else that does not fit is an *AuditFault, and nothing can be recorded until
// it is resolved. Close the trail before the store.
func OpenAuditTrail(ctx context.Context, s *Store, o AuditOptions) (*AuditTrail, error) {
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("unable to make the state folder: %w", err)
	}
	t := &AuditTrail{
		store: s, options: o, anchor: anchorFile{path: o.anchorFile()},
		waiting: make(chan *auditWaiter), quit: make(chan struct{}), ended: make(chan struct{}),
	}
	for _, address := range []string{o.Webhook, o.Syslog} {
		if address == "" {
			continue
		}
		sender, err := newAuditSender(address, o.Failed)
		if err != nil {
			return nil, err
		}
		t.senders = append(t.senders, sender)
	}
	if err := t.begin(ctx); err != nil {
		return nil, err
	}
	for _, sender := range t.senders {
		sender.start()
	}
	go t.commit()
	return t, nil
}

// begin finds the key and the head of the chain. A first use makes the key under another name and gives it its own once the first
// entry is anchored, so that a key without a trail is always a trail that was removed.
func (t *AuditTrail) begin(ctx context.Context) error {
	release, err := lockAudit(ctx, t.options.lockFile())
	if err != nil {
		return err
	}
	defer release()
	file, fresh := t.options.keyFile(), t.options.keyFile()+".new"
	t.key = t.options.Key
	if t.key != nil && len(t.key) != auditKeyBytes {
		return fmt.Errorf("unable to use the key of the audit trail: it has %d bytes, and must have %d", len(t.key), auditKeyBytes)
	}
	first := t.key != nil
	if t.key == nil {
		t.key, err = readAuditKey(file)
		if errors.Is(err, fs.ErrNotExist) {
			first = true
			t.key, err = t.firstKey(ctx, fresh)
		}
		if err != nil {
			return err
		}
	}
	if err := t.catchUp(ctx, first); err != nil {
		return err
	}
	if t.head.Seq == 0 {
		if !first {
			return &AuditFault{AuditEmptied, 1, "there is a key, but neither an entry nor an anchor"}
		}
		if err := t.append(ctx, []AuditEntry{{Account: "clock", Action: AuditBegan}}); err != nil {
			return err
		}
	}
	if first && t.options.Key == nil {
		if err := os.Rename(fresh, file); err != nil {
			return fmt.Errorf("unable to keep the key of the audit trail: %w", err)
		}
	}
	return nil
}

func (t *AuditTrail) firstKey(ctx context.Context, fresh string) ([]byte, error) {
	count, _, err := t.store.auditHead(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(fresh); count > 0 && errors.Is(err, fs.ErrNotExist) {
		return nil, &AuditFault{AuditNoKey, 1, fmt.Sprintf("the database has %d entries, and %s has no key of theirs; use the configuration that began the trail, or restore the key", count, t.options.Folder)}
	}
	return createAuditKey(fresh)
}

// Record returns once the entry is in the database and the anchor is on the disk. Where the context ends first, the entry may
// still be recorded.
func (t *AuditTrail) Record(ctx context.Context, e AuditEntry) error {
	w := &auditWaiter{entry: e, done: make(chan error, 1)}
	select {
	case t.waiting <- w:
	case <-t.quit:
		return errors.New("unable to record: the audit trail is closed")
	case <-ctx.Done():
		return fmt.Errorf("unable to record: %w", ctx.Err())
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("unable to record: %w", ctx.Err())
	}
}

// Close ends the trail. What was accepted before is recorded, and the newest anchor is sent where that takes a few seconds at most.
func (t *AuditTrail) Close() error {
	t.once.Do(func() {
		close(t.quit)
		<-t.ended
		for _, sender := range t.senders {
			sender.stop()
		}
	})
	return nil
}

// commit is the one goroutine that adds: it gathers what waits and stores it together, so that many readers wait for one insert.
func (t *AuditTrail) commit() {
	defer close(t.ended)
	for {
		var batch []*auditWaiter
		select {
		case w := <-t.waiting:
			batch = append(batch, w)
		case <-t.quit:
			return
		}
		timer := time.NewTimer(gatherAudit)
	gather:
		for len(batch) < largestAudit {
			select {
			case w := <-t.waiting:
				batch = append(batch, w)
			case <-timer.C:
				break gather
			}
		}
		timer.Stop()
		entries := make([]AuditEntry, len(batch))
		for i, w := range batch {
			entries[i] = w.entry
		}
		err := t.keep(entries)
		for _, w := range batch {
			w.done <- err
		}
	}
}

// keep stores a batch in its turn.
func (t *AuditTrail) keep(entries []AuditEntry) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	release, err := lockAudit(ctx, t.options.lockFile())
	if err != nil {
		return err
	}
	defer release()
	if t.doubtful || !t.anchor.unchanged() {
		if err := t.catchUp(ctx, false); err != nil {
			return err
		}
	}
	return t.append(ctx, entries)
}

// append adds entries behind the head: first to the database, then to the anchor. Whoever calls it holds the lock.
func (t *AuditTrail) append(ctx context.Context, entries []AuditEntry) error {
	f, err := t.anchor.writable()
	if err != nil {
		return err
	}
	defer f.Close()
	links := chain(t.key, t.head, entries)
	t.doubtful = true
	if err := t.store.insertAudit(ctx, links); err != nil {
		return err
	}
	if err := t.anchor.add(f, t.key, links[len(links)-1]); err != nil {
		return err
	}
	t.head, t.doubtful = links[len(links)-1], false
	for _, sender := range t.senders {
		sender.send(t.anchor.last.String())
	}
	return nil
}

// catchUp finds the head of the chain: it takes in what other processes added, and brings to its end what a crash cut off. first
// says that the trail may be about to begin.
func (t *AuditTrail) catchUp(ctx context.Context, first bool) error {
	if err := t.anchor.read(t.key); err != nil {
		return err
	}
	count, newest, err := t.store.auditHead(ctx)
	if err != nil {
		return err
	}
	switch {
	case count == 0 && t.anchor.lines == 0:
		t.head, t.doubtful = AuditLink{}, false
		if !first {
			return &AuditFault{AuditEmptied, 1, "there is neither an entry nor an anchor any more"}
		}
		return nil
	case t.anchor.lines == 0 && !first:
		return &AuditFault{AuditNoAnchor, 1, "the database has entries, and the anchor file has no line"}
	case count != newest && count > 0:
		return &AuditFault{AuditMissing, newest, fmt.Sprintf("the newest entry has the number %d, and there are %d; 'jianfu verify-audit' says which is wrong", newest, count)}
	}
	c := auditChecker{key: t.key, anchored: t.anchor.last.Seq}
	if a := t.anchor.last; a.Seq > 0 {
		c.local = []AuditAnchor{a}
	}
	err = t.store.walkAudit(ctx, max(1, t.anchor.last.Seq), newest, func(l AuditLink) error {
		if c.count == 0 { // what is before the anchored entry is for the verification
			c.last = AuditLink{Seq: l.Seq - 1, Hash: l.Before}
		}
		if c.count == 0 && l.Seq == 1 {
			c.last.Hash = [32]byte{}
		}
		if fault := c.add(l); fault != nil {
			return fault
		}
		return nil
	})
	if err != nil {
		var fault *AuditFault
		if errors.As(err, &fault) {
			return fault
		}
		return err
	}
	if fault := c.end(); fault != nil {
		return fault
	}
	t.head, t.doubtful = c.last, false
	if c.pending == 0 && len(t.anchor.torn) == 0 {
		return nil
	}
	if c.pending == 0 {
		return &AuditFault{AuditAnchorLine, t.anchor.lines + 1, "the last line of the anchor file is cut off, and no entry belongs to it"}
	}
	f, err := t.anchor.writable()
	if err != nil {
		return err
	}
	err = t.anchor.add(f, t.key, t.head)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return t.append(ctx, []AuditEntry{{
		Account: "clock", Action: AuditRepaired, Object: fmt.Sprintf("%d-%d", t.head.Seq-c.pending+1, t.head.Seq),
		Detail: "these entries were stored when the program ended and had not been anchored; now they are",
	}})
}

// insertAudit stores links as one insert and reads them back: the table takes the first insert for a number and no other.
func (s *Store) insertAudit(ctx context.Context, links []AuditLink) error {
	n := len(links)
	numbers, batches, at := make([]uint64, n), make([]uint64, n), make([]time.Time, n)
	texts := [6][]string{}
	before, hash := make([]string, n), make([]string, n)
	for i, l := range links {
		numbers[i], batches[i], at[i] = l.Seq, l.Batch, l.At
		for k, text := range []string{l.Account, l.Token, l.Action, l.Object, l.Detail, l.Address} {
			texts[k] = append(texts[k], text)
		}
		before[i], hash[i] = string(l.Before[:]), string(l.Hash[:])
	}
	once := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": fmt.Sprintf("audit %d", numbers[0])}))
	err := s.insert(once, "audit.Insert", columns(numbers, batches, at, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], before, hash))
	if err != nil {
		return fmt.Errorf("unable to store the audit trail: %w", err)
	}
	i := 0
	err = s.walkAudit(ctx, numbers[0], numbers[n-1], func(l AuditLink) error {
		if i >= n || l.Hash != links[i].Hash {
			return errors.New("another entry has this number")
		}
		i++
		return nil
	})
	if err == nil && i != n {
		err = fmt.Errorf("%d of %d entries are there", i, n)
	}
	if err != nil {
		return fmt.Errorf("unable to store the audit trail: %w", err)
	}
	return nil
}

// walkAudit reads links in the order of their numbers.
func (s *Store) walkAudit(ctx context.Context, from, to uint64, use func(AuditLink) error) error {
	return s.Each(ctx, "audit.Walk", Params{"from": from, "to": to}, func(scan func(...any) error) error {
		l, err := scanAudit(scan)
		if err != nil {
			return err
		}
		return use(l)
	})
}

func scanAudit(scan func(...any) error) (l AuditLink, err error) {
	var before, hash string
	err = scan(&l.Seq, &l.Batch, &l.At, &l.Account, &l.Token, &l.Action, &l.Object, &l.Detail, &l.Address, &before, &hash)
	copy(l.Before[:], before)
	copy(l.Hash[:], hash)
	return l, err
}

// auditHead gives how many entries there are, and the highest number.
func (s *Store) auditHead(ctx context.Context) (count, newest uint64, err error) {
	err = s.Each(ctx, "audit.Head", nil, func(scan func(...any) error) error { return scan(&count, &newest) })
	return count, newest, err
}
