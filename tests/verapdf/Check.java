import java.io.FileInputStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Holds PDF files against PDF/A-2b and PDF/UA-1: a line "file, standard, ok" or "file, standard, clause, what is wrong", tabs between. */
public class Check {
    private static final PDFAFlavour[] STANDARDS = {PDFAFlavour.PDFA_2_B, PDFAFlavour.PDFUA_1};

    public static void main(String[] files) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (PDFAFlavour standard : STANDARDS) {
                try (FileInputStream bytes = new FileInputStream(file);
                        PDFAParser parser = Foundries.defaultInstance().createParser(bytes, standard);
                        PDFAValidator validator = Foundries.defaultInstance().createValidator(standard, false)) {
                    tell(file, standard, validator.validate(parser));
                }
            }
        }
    }

    private static void tell(String file, PDFAFlavour standard, ValidationResult result) {
        if (result.isCompliant()) {
            System.out.println(file + "\t" + standard + "\tok");
        }
        for (TestAssertion failed : result.getTestAssertions()) {
            System.out.println(
                    file + "\t" + standard + "\t" + failed.getRuleId().getClause() + "\t" + failed.getMessage());
        }
    }
}
