// SHA-256 of inputs and outputs, by libcrypto.
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void to_hex(const unsigned char *bytes, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[64] = '\0';
}

void ig_sha256_bytes(const void *bytes, size_t length, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    hex[0] = '\0';
    if (EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL)) to_hex(digest, hex);
}

ig_status ig_sha256_file(ig_ctx *ctx, const char *path, char hex[65])
{
    hex[0] = '\0';
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) return ig_fail(ctx, IG_EIO, "cannot open %s: %s", ig_show(path), strerror(errno));
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(fd);
        return ig_fail(ctx, IG_EIO, "%s is not a regular file", ig_show(path));
    }
    enum { BLOCK = 1 << 16 };
    unsigned char digest[EVP_MAX_MD_SIZE], *block = ig_alloc(BLOCK, 1);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    ig_status status = IG_OK;
    if (!block || !hash || !EVP_DigestInit_ex(hash, EVP_sha256(), NULL)) {
        status = ig_fail(ctx, IG_EMEMORY, "no memory");
    }
    while (!status) {
        const ssize_t got = read(fd, block, BLOCK);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            status = ig_fail(ctx, IG_EIO, "cannot read %s: %s", ig_show(path), strerror(errno));
        }
        if (got <= 0) break;
        if (!EVP_DigestUpdate(hash, block, (size_t)got)) status = ig_fail(ctx, IG_EBUG, "SHA-256");
    }
    if (!status && !EVP_DigestFinal_ex(hash, digest, NULL)) {
        status = ig_fail(ctx, IG_EBUG, "SHA-256");
    }
    if (!status) to_hex(digest, hex);
    EVP_MD_CTX_free(hash);
    ig_free(block);
    close(fd);
    return status;
}
