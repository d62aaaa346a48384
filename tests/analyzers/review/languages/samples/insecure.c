#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 32

struct record {
    char name[NAME_SIZE];
    int *values;
};

void set_name(struct record *record, const char *name)
{
    strcpy(record->name, name); /* expect: security/buffer-overflow */
}

void ask(char *out)
{
    gets(out); /* expect: security/buffer-overflow */
}

int read_word(void)
{
    char word[16];
    return scanf("%s", word); /* expect: security/buffer-overflow */
}

void greet(const char *name)
{
    char line[64];
    sprintf(line, "Hello %s", name); /* expect: security/buffer-overflow */
    printf(line); /* expect: security/format-string */
}

int remove_file(const char *name)
{
    char command[256];
    snprintf(command, sizeof command, "rm -f %s", name);
    return system(command); /* expect: security/command-injection */
}

int *numbers(size_t count)
{
    return malloc(count * sizeof(int)); /* expect: security/allocation-overflow */
}

void drop(struct record *record)
{
    free(record); /* expect: security/use-after-free */
    record->values = NULL;
}

void clear(struct record *record)
{
    for (int i = 0; i <= NAME_SIZE; i++) { /* expect: security/off-by-one */
        record->name[i] = 0;
    }
}

char *scratch(void)
{
    return tmpnam(NULL); /* expect: security/temporary-file */
}
