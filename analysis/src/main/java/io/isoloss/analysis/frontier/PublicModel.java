package io.isoloss.analysis.frontier;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A well-known dense decoder whose N and D are public, from {@code public-models.csv}.
 *
 * @param params N, all parameters, of text where there are others
 * @param tokens D, as its makers count them, repeats included
 * @param year of the source
 * @param source paper, report or model card that states N and D; where it rounds N, the exact count of the published shape
 * @param note what sets the model apart from a plain run over fresh tokens; null if nothing does
 */
public record PublicModel(String name, double params, double tokens, int year, String source, String note) {
    private static final List<PublicModel> CATALOGUE = read();

    /** Every model, the oldest first. */
    public static List<PublicModel> catalogue() {
        return CATALOGUE;
    }

    /** To audit: no loss, for losses on different corpora do not compare. */
    public Model model() {
        return new Model(name, params, tokens, null, null);
    }

    private static List<PublicModel> read() {
        CsvMapper mapper = CsvMapper.builder()
                .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL)
                .build();
        List<PublicModel> models = new ArrayList<>();
        try (InputStream file = PublicModel.class.getResourceAsStream("public-models.csv");
                MappingIterator<Map<String, String>> rows = mapper.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(file)) {
            while (rows.hasNext()) {
                Map<String, String> row = rows.next();
                models.add(new PublicModel(
                        row.get("name"),
                        Double.parseDouble(row.get("params")),
                        Double.parseDouble(row.get("tokens")),
                        Integer.parseInt(row.get("year")),
                        row.get("source"),
                        row.get("note")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(models);
    }
}
