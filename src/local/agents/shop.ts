// The agent of the demo: a small plant shop that does not exist. To teach it something, add an
// intent; the spoken phrases must be made of English words, or have their pronunciation below.
import type { Agent } from './agent.js';

export const shopAgent: Agent = {
  name: 'shop',
  greeting: 'Hello, this is Fern and Co, your plant shop. How can I help you?',
  notUnderstood:
    'I heard you, but here I only know about our plants, our prices, opening hours, delivery and returns.',
  nothingNew: 'You can ask me about our plants, prices, opening hours, delivery or returns.',
  stillThere: 'Are you still there? Ask me anything about our plants.',
  pronunciations: { monstera: 'M AA N S T EH R AH', calathea: 'K AE L AH TH IY AH' },
  intents: [
    {
      name: 'hello',
      phrases: ['(hello|hi|hey) [there]', 'good (morning|afternoon|evening)', 'how are you'],
      answer: 'Hello. Nice to hear you. What can I do for you?',
    },
    {
      name: 'abilities',
      phrases: [
        'what can you do [for me]',
        'what can i ask [you]',
        'how can you help me',
        'help [me] [please]',
      ],
      answer:
        'You can ask about our opening hours, delivery, returns and prices. I also know how to care for a fern, a cactus, a monstera and an orchid. And I can tell you the story of our shop.',
      keywords: ['help'],
    },
    {
      name: 'hours',
      phrases: [
        'what are your [opening] hours',
        'when (are you|is the shop|do you) open',
        'when do you close',
        'are you open (today|tomorrow|on sunday|on saturday)',
        'what time do you (open|close)',
      ],
      answer:
        'We are open Monday to Saturday, from nine in the morning until six in the evening. On Sunday we are closed.',
      keywords: ['hours', 'open', 'opening', 'close', 'closed'],
    },
    {
      name: 'delivery',
      phrases: [
        'do you deliver [plants] [to my home]',
        'how long does (delivery|shipping) take',
        'how much (is|does) (delivery|shipping) [cost]',
        'tell me about (delivery|shipping)',
      ],
      answer:
        'Yes, we deliver. It takes two days and costs five dollars. Above fifty dollars it is free.',
      keywords: ['delivery', 'deliver', 'shipping', 'ship'],
    },
    {
      name: 'returns',
      phrases: [
        'can i return a plant',
        'how do i return (a plant|my order)',
        'what is your return policy',
        'i want my money back',
      ],
      answer:
        'You can return any plant within thirty days. Bring it to the shop, or send us a picture, and you get your money back.',
      keywords: ['return', 'returns', 'refund', 'policy'],
    },
    {
      name: 'price',
      phrases: [
        'how much (is|does) ((a|the) (fern|cactus|monstera)|(an|the) orchid) [cost]',
        'what does ((a|the) (fern|cactus|monstera)|(an|the) orchid) cost',
        'how much are your plants',
        'what are your prices',
      ],
      answer:
        'A fern is twelve dollars, a cactus is eight, a monstera is thirty, and an orchid is twenty five dollars.',
      keywords: ['price', 'prices', 'cost', 'costs', 'much'],
    },
    {
      name: 'plants',
      phrases: [
        'what plants do you (have|sell)',
        'what do you sell',
        'which plant is easy to care for',
        'what is a good plant for (a beginner|a dark room)',
      ],
      answer:
        'We have ferns, cactuses, monsteras and orchids. For a beginner I would take a cactus, and for a dark room a fern.',
      keywords: ['plants', 'sell', 'beginner'],
    },
    {
      name: 'care-fern',
      phrases: ['how do i care for (a|my) fern', 'how often do i water (a|my) fern'],
      answer:
        'A fern likes shade and wet soil. Water it every two days, and keep it out of the sun.',
      keywords: ['fern'],
    },
    {
      name: 'care-cactus',
      phrases: ['how do i care for (a|my) cactus', 'how often do i water (a|my) cactus'],
      answer: 'A cactus wants sun and very little water. Once every three weeks is enough.',
      keywords: ['cactus'],
    },
    {
      name: 'care-monstera',
      phrases: ['how do i care for (a|my) monstera', 'how often do i water (a|my) monstera'],
      answer: 'A monstera likes a bright place without direct sun. Water it once a week.',
      keywords: ['monstera'],
    },
    {
      name: 'care-orchid',
      phrases: ['how do i care for (my|an) orchid', 'how often do i water (my|an) orchid'],
      answer: 'Put the orchid into water for ten minutes every week, and let it dry well.',
      keywords: ['orchid'],
    },
    {
      name: 'order-status',
      phrases: ['where is my order', 'what is the status of my order', 'track my order'],
      answer: 'Your order left our green house this morning. It will be with you tomorrow.',
      keywords: ['order', 'track', 'status'],
      tool: { name: 'get_order_status', arguments: {} },
    },
    {
      name: 'weather',
      phrases: [
        'what is the weather [like] [today]',
        'what is the weather [like] in (berlin|london|new york|paris|rome|tokyo)',
        'will it rain (today|tomorrow)',
      ],
      answer: 'I cannot look out of the window from here, but our plants like it warm.',
      keywords: ['weather', 'rain'],
      tool: { name: 'get_weather', arguments: { location: 'here' } },
    },
    {
      name: 'weather-and-order',
      phrases: ['what is the weather [like] and where is my order'],
      answer: 'The weather I do not know, but your order left our green house this morning.',
    },
    {
      name: 'sum',
      phrases: [
        '(add|what is) (one|two|three|four|five) (and|plus) (one|two|three|four|five)',
        'what is the sum of (one|two|three|four|five) and (one|two|three|four|five)',
      ],
      answer: 'I count plants, not numbers.',
      tool: { name: 'get-sum', arguments: {} },
    },
    {
      name: 'repeat',
      phrases: ['echo (hello [world]|good morning|what i say)'],
      answer: 'There is no echo in this shop.',
      tool: { name: 'echo', arguments: {} },
    },
    {
      name: 'to-support',
      phrases: [
        'i want to talk to (support|somebody else)',
        '(transfer|send) me to support [please]',
      ],
      answer: 'Nobody else is here, but I do what I can.',
      tool: { name: 'transfer_to_support', arguments: {} },
    },
    {
      name: 'add-to-cart',
      phrases: [
        '(add|put) (a|one) (fern|cactus|monstera) (to|into|in) my cart',
        'i want to buy (a|one) (fern|cactus|monstera)',
        'i would like to (buy|order) (a|one) (fern|cactus|monstera)',
      ],
      answer: 'With pleasure. Please press the button beside the plant, I cannot do it from here.',
      keywords: ['buy', 'cart'],
      tool: { name: 'add_to_cart', arguments: { product: '$plant', quantity: 1 } },
    },
    {
      name: 'story',
      phrases: [
        'tell me a [long] story',
        'tell me [the story of|about] (the|your) shop',
        'tell me more about the shop',
      ],
      answer:
        'Fern and Co began with a single fern on a kitchen table. Anna had found it on the street on a rainy day, and everybody told her that it would not live. She gave it water, a little shade, and a name. After one year it had become five ferns, and after two years her kitchen was a forest. Then her neighbours asked for plants, and the neighbours of her neighbours. So she rented the old bakery at the corner, and put ferns where the bread had been. Today we are seven people and four thousand plants. The first fern still stands beside the door, and it says hello to everybody who comes in.',
      keywords: ['story'],
    },
    {
      name: 'thanks',
      phrases: ['(thank you|thanks) [very much|a lot]', 'that is all [thank you]'],
      answer: 'You are welcome.',
      keywords: ['thanks', 'thank'],
    },
    {
      name: 'goodbye',
      phrases: ['(goodbye|bye|bye bye)', 'see you [later|soon]'],
      answer: 'Goodbye, and see you soon at Fern and Co.',
      keywords: ['goodbye', 'bye'],
      tool: { name: 'end_call', arguments: {} },
    },
  ],
};
