package data

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Limits on what a Parquet file may claim, checked before the decoder allocates anything for it.
const (
	maxPage       = 256 << 20 // bytes of a page after decompression
	maxPageValues = 1 << 24
	maxPageRatio  = 1024 // how far a page may expand, once it is larger than freePage
	freePage      = 1 << 20
	minFile       = 12 // magic, empty footer, footer length, magic
)

// checkFooter refuses a footer that claims more bytes than there are.
func checkFooter(r io.ReaderAt, size int64) error {
	if size < minFile {
		return fmt.Errorf("not a Parquet file: only %d bytes", size)
	}
	var tail [8]byte
	if _, err := r.ReadAt(tail[:], size-8); err != nil {
		return err
	}
	if string(tail[4:]) != parquetMagic {
		return fmt.Errorf("damaged Parquet file: it does not end with %s; copy it again", parquetMagic)
	}
	if n := int64(binary.LittleEndian.Uint32(tail[:4])); n > size-minFile {
		return fmt.Errorf("damaged Parquet file: a footer of %d bytes in a file of %d", n, size)
	}
	return nil
}

// checkPages walks the page headers of every column chunk.
func checkPages(r io.ReaderAt, size int64, meta *format.FileMetaData) error {
	for g, group := range meta.RowGroups {
		for c, column := range group.Columns {
			if err := checkChunk(r, size, &column.MetaData); err != nil {
				return fmt.Errorf("damaged Parquet file: row group %d, column %d: %w", g, c, err)
			}
		}
	}
	return nil
}

func checkChunk(r io.ReaderAt, size int64, meta *format.ColumnMetaData) error {
	start := meta.DataPageOffset
	if d := meta.DictionaryPageOffset; d > 0 && d < start {
		start = d
	}
	if start < 0 || meta.TotalCompressedSize < 0 || start > size || meta.TotalCompressedSize > size-start {
		return fmt.Errorf("%d bytes at %d lie outside the file", meta.TotalCompressedSize, start)
	}
	end := start + meta.TotalCompressedSize
	for at := start; at < end; {
		header, length, err := pageHeader(r, at, end)
		if err != nil {
			return err
		}
		if err := checkPage(header, meta.Codec, end-at-length); err != nil {
			return err
		}
		at += length + int64(header.CompressedPageSize)
	}
	return nil
}

func pageHeader(r io.ReaderAt, at, end int64) (*format.PageHeader, int64, error) {
	buffered := bufio.NewReaderSize(io.NewSectionReader(r, at, end-at), 512)
	counted := &countingReader{r: buffered}
	header := &format.PageHeader{}
	protocol := &thrift.CompactProtocol{}
	if err := thrift.NewDecoder(protocol.NewReader(counted)).Decode(header); err != nil {
		return nil, 0, fmt.Errorf("page header at %d: %w", at, err)
	}
	return header, counted.n, nil
}

func checkPage(h *format.PageHeader, codec format.CompressionCodec, left int64) error {
	compressed, full := int64(h.CompressedPageSize), int64(h.UncompressedPageSize)
	values := max(h.DataPageHeader.V.NumValues, h.DataPageHeaderV2.V.NumValues, h.DictionaryPageHeader.V.NumValues)
	switch {
	case compressed < 0 || compressed > left:
		return fmt.Errorf("a page of %d bytes where %d are left", compressed, left)
	case full < 0 || full > maxPage:
		return fmt.Errorf("a page of %d bytes; the limit is %d", full, maxPage)
	case codec == format.Uncompressed && full != compressed:
		return fmt.Errorf("an uncompressed page of %d bytes that claims %d", compressed, full)
	case full > freePage && full/maxPageRatio > compressed:
		return fmt.Errorf("a page that expands from %d to %d bytes", compressed, full)
	case values < 0 || values > maxPageValues:
		return fmt.Errorf("a page of %d values; the limit is %d", values, maxPageValues)
	}
	return nil
}

// countingReader counts what the decoder consumed. It must offer ReadByte, or the decoder would read ahead.
type countingReader struct {
	r *bufio.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *countingReader) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
