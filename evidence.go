package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/evidence"
	"github.com/jianfu/jianfu/web/report"
)

// signingKey is the file of the state folder that holds the key which signs packages of evidence.
const signingKey = "evidence.key"

// thisProgram says which program this is, as far as it was told when it was built.
func thisProgram() evidence.Program {
	p := evidence.Program{Name: "jianfu"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return p
	}
	p.Version, p.Go = info.Main.Version, info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			p.Version += " " + s.Value
		}
	}
	return p
}

// packageKey is the key of the state folder, nil where there is none.
func (c *config) packageKey() (ed25519.PrivateKey, error) {
	key, err := evidence.OpenKey(filepath.Join(c.State, signingKey), false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return key, err
}

func (p *program) evidenceCommand() *cobra.Command {
	var out string
	var sign bool
	c := &cobra.Command{
		Use:   "evidence (-c FILE | --embedded DIR) --out FILE.zip [--sign] [--from DAY --to DAY] [--unit CODE] [--department NAME] [--system ID] [--finding ID] [--case ID]",
		Short: "生成证据包 / write a package of evidence that can be checked offline",
		Long: `Writes the report, the findings, references to the records behind them with their hashes, the queries with their parameters,
thresholds, coverage and a manifest, and prints the root hash by which the package can be known again. The same state gives
the same bytes. Once a key lies in the state folder (evidence.key) every package is signed with it; --sign makes one.`,
		Example: "  jianfu evidence -c jianfu.yaml --out 证据包.zip --unit 990101\n  jianfu verify-evidence 证据包.zip",
		Args:    arguments(cobra.NoArgs),
	}
	flags := addReportScope(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if ext := strings.ToLower(filepath.Ext(out)); ext != ".zip" {
			return usageError{fmt.Errorf("--out %q: a package of evidence is written as .zip", out)}
		}
		scope, err := flags.scope()
		if err != nil {
			return err
		}
		return p.open(c.Context(), func(conf *config, s *queries.Store) error {
			key, err := conf.packageKey()
			if err == nil && key == nil && sign {
				key, err = evidence.OpenKey(filepath.Join(conf.State, signingKey), true)
			}
			if err != nil {
				return err
			}
			data, err := report.Read(c.Context(), s, scope)
			if errors.Is(err, queries.ErrNotFound) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			if err := p.recordAudit(c.Context(), conf, s, "export", "jianfu evidence --out "+out, ""); err != nil {
				return err
			}
			files, err := evidence.Files(c.Context(), s, data, evidence.Options{Language: conf.Language, Zone: conf.zone, Program: thisProgram()})
			if err != nil {
				return err
			}
			var root string
			err = writeFile(out, func(w io.Writer) (err error) {
				root, err = evidence.Write(w, files, key)
				return err
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(p.out, root)
			return err
		})
	}
	c.Flags().StringVar(&out, "out", "", "file to write, such as evidence.zip")
	c.Flags().BoolVar(&sign, "sign", false, "sign, and make a key in the state folder where there is none")
	return c
}

func (p *program) verifyEvidenceCommand() *cobra.Command {
	var public, root string
	c := &cobra.Command{
		Use:   "verify-evidence FILE.zip [--public-key FILE] [--root HASH] [-c FILE | --embedded DIR]",
		Short: "核对证据包 / check a package of evidence",
		Long: `Checks every file of a package against its manifest, and the signature where there is one; needs nothing but the package. With
--public-key it must be signed with this key, with --root its root hash must be this one (both say that it is the package that
was handed over, not only one that is whole in itself). With -c or --embedded, findings and records are derived anew from the
store, and what differs is named. Exit code 1 where anything differs.`,
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			var trusted ed25519.PublicKey
			if public != "" {
				text, err := os.ReadFile(public)
				if err != nil {
					return usageError{fmt.Errorf("unable to read the public key: %w", err)}
				}
				if trusted, err = evidence.ReadPublicKey(text); err != nil {
					return usageError{err}
				}
			}
			opened, err := openPackage(names[0])
			if err != nil {
				return err
			}
			checked := opened.Check(trusted, root)
			if p.file != "" || p.embedded != "" {
				err := p.open(c.Context(), func(_ *config, s *queries.Store) error { return opened.Compare(c.Context(), checked, s) })
				if err != nil {
					return err
				}
			}
			return p.tellChecked(checked, trusted != nil, root != "")
		},
	}
	c.Flags().StringVar(&public, "public-key", "", "file of the public key with which the package must be signed (PEM)")
	c.Flags().StringVar(&root, "root", "", "the root hash that the package must have")
	return c
}

func openPackage(path string) (_ *evidence.Package, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("unable to open the package: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("unable to open the package: %w", err)
	}
	return evidence.Open(f, info.Size())
}

// checkedWords say what a check covers and what it does not, so that nobody takes a package that is whole for one that is true.
func checkedWords(c *evidence.Checked, trusted, root bool) []string {
	done, left := []string{"每个文件与清单、每条线索与校验值、压缩包本身"}, []string{}
	doneEnglish, leftEnglish := []string{"every file against the manifest, every finding against its hash, the archive itself"}, []string{}
	for _, part := range []struct {
		done             bool
		chinese, english string
	}{
		{c.Signed && trusted, "签名人（--public-key）", "who signed (--public-key)"},
		{root, "与交接时记下的根校验值是否一致（--root）", "the root hash written down at hand-over (--root)"},
		{c.Records > 0, "与数据库中的记录是否一致（-c）", "the records of the store (-c)"},
		{false, "数据本身是否属实", "whether the data are true"},
	} {
		if part.done {
			done, doneEnglish = append(done, part.chinese), append(doneEnglish, part.english)
		} else {
			left, leftEnglish = append(left, part.chinese), append(leftEnglish, part.english)
		}
	}
	return []string{
		"已核对 / checked: " + strings.Join(done, "、") + " / " + strings.Join(doneEnglish, ", "),
		"未核对 / not checked: " + strings.Join(left, "、") + " / " + strings.Join(leftEnglish, ", "),
	}
}

// tellChecked prints what a check found; anything that differs is an error.
func (p *program) tellChecked(c *evidence.Checked, trusted, root bool) error {
	signature := "unsigned"
	if c.Signed {
		signature = "signed with " + c.Key
	}
	_, err := fmt.Fprintf(p.out, "root %s\n%d files, %s\n", c.Root, c.Files, signature)
	if c.Records > 0 {
		_, say := fmt.Fprintf(p.out, "%d references to records held against the store\n", c.Records)
		err = errors.Join(err, say)
	}
	for _, fault := range c.Faults {
		_, say := fmt.Fprintln(p.out, fault)
		err = errors.Join(err, say)
	}
	for _, line := range checkedWords(c, trusted, root) {
		_, say := fmt.Fprintln(p.out, line)
		err = errors.Join(err, say)
	}
	if err != nil {
		return fmt.Errorf("unable to print the result: %w", err)
	}
	if len(c.Faults) > 0 {
		return fmt.Errorf("the package does not hold: %d differences", len(c.Faults))
	}
	_, err = fmt.Fprintln(p.out, "完好 / nothing differs")
	return err
}
